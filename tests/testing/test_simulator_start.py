"""How the simulated CLI starts, resumes and refuses to."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenroom.testing.scenario import Exit, Gate, Hang, Scenario, Stderr, Text, Turn
from greenroom.testing.simulator import Simulator
from greenroom.values.guard import check_spawn_allowed
from greenroom_protocol.claude import Result, SystemInit

UNKNOWN_ID = "11111111-2222-4333-8444-555555555555"
BASE = ("--output-format=stream-json", "--verbose", "--input-format=stream-json")
OWN_ID = "11111111-2222-4333-8444-666666666666"


def test_an_installation_is_an_executable_named_claude(tmp_path):
    simulator = Simulator.install(tmp_path / "deep" / "bin")
    assert simulator.path == tmp_path / "deep" / "bin" / "claude"
    assert stat.S_IMODE(simulator.path.stat().st_mode) == 0o755


def test_a_second_installation_in_the_same_place_is_refused(tmp_path):
    Simulator.install(tmp_path)
    with pytest.raises(FileExistsError):
        Simulator.install(tmp_path)


def test_the_guard_lets_a_simulator_start(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENROOM_ALLOW_SPAWN", "0")
    check_spawn_allowed(str(Simulator.install(tmp_path).path), None)


@pytest.mark.parametrize("flag", ["-v", "--version"])
def test_the_version_is_printed_and_counted_as_a_probe(tmp_path, flag):
    simulator = Simulator.install(tmp_path, Scenario(cli_version="9.8.7"))
    done = subprocess.run([simulator.path, flag], capture_output=True, check=True)
    assert done.stdout == b"9.8.7 (Claude Code)\n"
    assert simulator.probes() == 1
    assert simulator.launches() == ()


HEAVY = {"asyncio", "click", "greenroom_protocol.claude.frames", "pathlib", "pykka", "structlog"}


def test_it_starts_without_what_it_does_not_need(tmp_path):
    simulator = Simulator.install(tmp_path)
    python = [sys.executable, "-X", "importtime", "-IS", simulator.path, *BASE]
    done = subprocess.run(python, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "greenroom.testing.simulator.process" in imported
    assert not HEAVY & imported


def test_it_answers_within_a_fraction_of_the_real_ones_time(play):
    started = time.perf_counter()
    client = play(Scenario())
    client.prompt()
    client.expect(SystemInit)
    assert time.perf_counter() - started < 2.0  # 0.12 s here; the real one takes 0.34 s


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["--no-such-flag"], "error: unknown option '--no-such-flag'"),
        (["--model"], "error: option '--model <value>' argument missing"),
        (["--permission-mode=zzz"], "argument 'zzz' is invalid"),
        (["--session-id=x"], "Invalid session ID"),
        (["--resume=x"], 'Provided value "x" is not a UUID'),
        ([f"--resume-session-at={OWN_ID}"], "--resume-session-at requires --resume"),
        ([f"--resume={UNKNOWN_ID}", f"--session-id={OWN_ID}"], "also needs --fork-session"),
        (["--settings=/nowhere"], "Settings file not found: /nowhere"),
        (["--mcp-config={bad"], "Invalid MCP configuration"),
    ],
)
def test_a_command_line_the_cli_refuses_is_refused(play, argv, complaint):
    client = play(Scenario(), *argv)
    assert client.rest() == []
    assert client.wait() == 1
    assert complaint in client.stderr().decode()


def test_without_stream_json_it_says_what_it_speaks(play):
    client = play(Scenario(), base=("--print", "hello"))
    assert client.wait() == 1
    assert b"stream-json" in client.stderr()


def test_values_that_look_like_flags_stay_values(play):
    client = play(Scenario(turns=[[Text("$model")]]), "--model=--resume", "--name", "-x")
    client.prompt()
    assert client.expect(Result).result == "--resume"


def test_end_of_input_before_any_prompt_ends_it_silently(play):
    client = play(Scenario())
    assert client.finish() == 0
    assert client.frames == []


def test_steps_on_start_come_before_anything_is_read(play):
    client = play(Scenario(on_start=[Stderr("booting\n"), Gate("go")]))
    client.prompt()
    client.simulator.wait_for(lambda record: record.entries[-1]["event"] == "gate")
    assert client.simulator.record().lines == ()
    client.simulator.open_gate("go")
    assert client.expect(Result).result == "You said: hi"
    assert client.finish() == 0
    assert client.stderr() == b"booting\n"


def test_it_can_die_while_starting(play):
    client = play(Scenario(on_start=[Stderr("no license\n"), Exit(7)]))
    assert client.rest() == []
    assert client.wait() == 7
    assert client.simulator.record().exit_code == 7


def test_it_can_hang_while_starting(play):
    client = play(Scenario(on_start=[Hang()]))
    client.request("initialize")
    client.simulator.wait_for(lambda record: record.is_running)
    client.process.terminate()
    assert client.wait() == 143
    assert client.rest() == []


def test_each_process_plays_the_next_scenario_and_the_last_again(tmp_path, connect):
    simulator = Simulator.install(
        tmp_path, Scenario(on_start=[Exit(3)]), Scenario(turns=[[Text("launch $launch")]])
    )
    assert connect(simulator).wait() == 3
    for number in (2, 3):
        client = connect(simulator)
        client.prompt()
        assert client.expect(Result).result == f"launch {number}"
        client.finish()
    assert [record.exit_code for record in simulator.launches()] == [3, 0, 0]


def test_a_scenario_file_runs_as_a_module(tmp_path):
    (tmp_path / "scenario.json").write_bytes(Scenario(turns=[[Text("Hello")]]).dump())
    record = tmp_path / "record.jsonl"
    argv = ["--record", record, tmp_path / "scenario.json", *BASE]
    prompt = {"type": "user", "message": {"role": "user", "content": "hi"}}
    done = subprocess.run(
        [sys.executable, "-m", "greenroom.testing.simulator", *argv],
        input=json.dumps(prompt).encode(),
        capture_output=True,
        check=True,
    )
    assert b'"result":"Hello"' in done.stdout
    assert b'"event":"eof"' in record.read_bytes()


def test_as_a_module_without_a_scenario_it_tells_how_to_use_it():
    argv = [sys.executable, "-m", "greenroom.testing.simulator"]
    done = subprocess.run(argv, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"usage: ")


def test_a_path_with_spaces_and_quotes_works(tmp_path, monkeypatch):
    python = tmp_path / "it's a python"
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    simulator = Simulator.install(tmp_path / "bin")
    done = subprocess.run([simulator.path, "-v"], capture_output=True, check=True)
    assert done.stdout == b"2.1.329 (Claude Code)\n"
    check_spawn_allowed(str(simulator.path), None)


# --- resuming ---


def hold(connect, simulator, *argv, **options):
    """One prompt in a process of its own; returns its result."""
    client = connect(simulator, *argv, **options)
    client.prompt(uuid=f"p-{len(simulator.launches())}")
    result = client.expect(Result)
    client.exit_code = client.finish()
    return result


@pytest.fixture
def remembering(tmp_path):
    return Simulator.install(tmp_path / "cli", Scenario(turns=[Turn([Text("after $history")])]))


def test_a_resume_goes_on_with_the_conversation_and_its_totals(remembering, connect):
    first = hold(connect, remembering)
    again = hold(connect, remembering, f"--resume={first.session_id}")
    assert again.session_id == first.session_id
    assert (first.result, again.result) == ("after 0", "after 1")
    assert again.total_cost_usd == 2 * first.total_cost_usd
    assert again.model_usage["claude-opus-5-5"].input_tokens == 20


def test_a_fork_goes_on_under_a_new_id_and_leaves_the_old_alone(remembering, connect):
    first = hold(connect, remembering)
    resume = f"--resume={first.session_id}"
    fork = hold(connect, remembering, resume, "--fork-session", f"--session-id={OWN_ID}")
    assert (fork.session_id, fork.result) == (OWN_ID, "after 1")
    assert hold(connect, remembering, f"--resume={OWN_ID}").result == "after 2"
    assert hold(connect, remembering, resume).result == "after 1"


def test_continue_takes_the_newest_of_the_working_directory(remembering, connect, tmp_path):
    hold(connect, remembering)
    newest = hold(connect, remembering)
    assert hold(connect, remembering, "--continue").session_id == newest.session_id
    elsewhere = hold(connect, remembering, "--continue", cwd=tmp_path)
    assert elsewhere.result == "after 0"


def test_an_unknown_conversation_gives_a_fatal_result(remembering, connect):
    client = connect(remembering, f"--resume={UNKNOWN_ID}")
    client.request("initialize")
    [result] = client.rest()
    assert (result.subtype, result.session_id) == ("error_during_execution", UNKNOWN_ID)
    assert result.errors == (f"No conversation found with session ID: {UNKNOWN_ID}",)
    assert client.raw.startswith(b'{"type":"result"')
    assert client.wait() == 1
    assert b"No conversation found" in client.stderr()


def test_a_session_id_cannot_be_used_twice(remembering, connect):
    assert hold(connect, remembering, f"--session-id={OWN_ID}").session_id == OWN_ID
    client = connect(remembering, f"--session-id={OWN_ID}")
    assert client.rest() == []
    assert client.wait() == 1
    assert b"already in use" in client.stderr()


def test_resume_at_wants_an_entry_that_exists(remembering, connect):
    first = hold(connect, remembering)
    resume = f"--resume={first.session_id}"
    assert hold(connect, remembering, resume, "--resume-session-at=p-0").result == "after 1"
    client = connect(remembering, resume, f"--resume-session-at={UNKNOWN_ID}")
    [result] = client.rest()
    assert result.is_error
    assert client.wait() == 1


def test_without_persistence_nothing_is_kept(remembering, connect):
    first = hold(connect, remembering, "--no-session-persistence")
    [result] = connect(remembering, f"--resume={first.session_id}").rest()
    assert result.subtype == "error_during_execution"


def test_conversations_lie_where_the_cli_keeps_its_transcripts(remembering, connect, tmp_path):
    config = tmp_path / "config"
    (project := tmp_path / "a project").mkdir()
    result = hold(connect, remembering, cwd=project, env={"CLAUDE_CONFIG_DIR": str(config)})
    [path] = config.rglob("*.jsonl")
    key = "".join(c if c.isalnum() else "-" for c in os.path.realpath(project))
    assert path.relative_to(config) == Path("projects", key, f"{result.session_id}.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["type"] for line in lines] == ["user", "assistant", "cost-state"]
    assert lines[0]["uuid"] == lines[1]["parentUuid"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_home_directory_is_never_written_to(remembering, connect, tmp_path):
    (home := tmp_path / "home").mkdir()
    hold(connect, remembering, env={"HOME": str(home)})
    assert list(home.iterdir()) == []
