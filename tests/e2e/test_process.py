"""The process: what it is given, how it dies, and that nothing of it stays."""

import threading
import time
from pathlib import Path

from greenroom import Cancelled
from greenroom.testing.fake_anthropic import Text, ToolUse

MEGABYTES = 1024 * 1024
HOST_MUST_NOT_PASS = "GREENROOM_TEST_OF_THE_ALLOW_LIST"


def test_stopping_while_the_model_streams_returns_with_the_process_reaped(stalled):
    session, turn = stalled
    pid, started = session.info.pid, time.monotonic()
    session.stop()
    assert time.monotonic() - started < 3
    assert isinstance(turn.outcome(0), Cancelled)
    assert not Path(f"/proc/{pid}").exists()


def test_stopping_while_a_tool_runs_ends_the_tool(api, open_session, project, eventually):
    command = "echo $$ > pid; sleep 60"
    api.on("work", ToolUse("Bash", {"command": command, "description": "wait"}))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    turn = session.ask("work")
    eventually(lambda: (project / "pid").exists() and (project / "pid").read_text())
    pid = int((project / "pid").read_text())
    session.stop()
    assert isinstance(turn.outcome(0), Cancelled)
    eventually(lambda: not Path(f"/proc/{pid}").exists(), 5)


def test_threads_that_wait_for_a_turn_are_released_when_the_session_stops(stalled):
    session, turn = stalled
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(turn.outcome(20))) for _ in range(3)]
    for thread in threads:
        thread.start()
    session.stop()
    for thread in threads:
        thread.join(10)
    assert [type(outcome) for outcome in outcomes] == [Cancelled] * 3


def test_the_environment_of_the_process_is_an_allow_list(open_session, proc, monkeypatch):
    monkeypatch.setenv(HOST_MUST_NOT_PASS, "leaked")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "leaked")
    session = open_session(env={"GIVEN": "given"})
    session.ask("hello").result(20)
    environment = proc(session.info.pid, "environ")
    assert "leaked" not in environment
    assert "\nGIVEN=given\n" in f"\n{environment}"


def test_the_process_has_a_temporary_directory_of_its_own_that_is_gone_afterwards(
    open_session, proc
):
    session = open_session()
    session.ask("hello").result(20)
    lines = proc(session.info.pid, "environ").splitlines()
    (directory,) = [Path(line[7:]) for line in lines if line.startswith("TMPDIR=")]
    assert directory.stat().st_mode & 0o777 == 0o700
    session.stop()
    assert not directory.exists()


def test_the_process_works_in_its_directory_and_says_so(open_session, project):
    session = open_session()
    session.ask("hello").result(20)
    assert Path(f"/proc/{session.info.pid}/cwd").readlink() == project


def test_ten_megabytes_of_system_prompt_do_not_travel_on_the_command_line(api, open_session, proc):
    prompt = "be brief. " * MEGABYTES
    session = open_session(system_prompt=prompt)
    assert session.ask("hello").text(20) == "You said: hello"
    assert len(api.requests[0].content) > 10 * MEGABYTES
    assert len(proc(session.info.pid, "cmdline")) < 10_000


def test_a_prompt_of_one_megabyte_is_sent_whole(api, open_session):
    prompt = "0123456789abcdef" * 65_536
    api.on(prompt.__eq__, Text("read"))
    assert open_session().ask(prompt).text(20) == "read"


def test_servers_and_settings_travel_in_private_files(open_session, proc):
    servers = {"calc": {"type": "http", "url": "http://127.0.0.1:9/hidden-in-a-file"}}
    session = open_session(mcp_servers=servers, settings={"env": {"HIDDEN_IN_A_FILE": "1"}})
    session.ask("hello").result(20)
    line = proc(session.info.pid, "cmdline")
    assert "hidden-in-a-file" not in line.lower()
    assert "HIDDEN_IN_A_FILE" not in line
