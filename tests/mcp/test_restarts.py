"""A server that goes down is started again, within bounds; nothing is repeated, nothing is left."""

import os
import signal
import sys
from pathlib import Path

import pytest

from greenroom.mcp import McpServerDown, McpTimedOut, Restarts, StdioServer
from greenroom.mcp.connecting import connect
from greenroom.mcp.restarts import RestartBook
from greenroom.runtime import LoopDispatcher
from greenroom.runtime.process import LocalSpawner, StopLadder

SECONDS = 20


def lives(path):
    return len(path.read_text()) if path.exists() else 0


# --- on virtual time --------------------------------------------------------------------------


def test_a_call_under_way_fails_when_the_server_dies_and_is_not_repeated(stage, server, tmp_path):
    connection = stage.connect(server("bare", f"lives={tmp_path / 'lives'}"))
    waiting = connection.call("never")
    dying = connection.call("die", {"words": "out of luck", "code": 4})
    with pytest.raises(McpServerDown, match=r"exit code 4.*it said last: out of luck") as caught:
        stage.answer(dying)
    assert (caught.value.sent, caught.value.evidence.strip()) == (True, "out of luck")
    with pytest.raises(McpServerDown):
        stage.answer(waiting)
    assert connection.info.status == "pausing"
    seen = connection.call("seen")
    stage.pass_time(0.6)
    asked = stage.answer(seen).text
    assert asked.count("tools/call") == 1  # the one that asks what was seen
    assert lives(tmp_path / "lives") == 2
    info = connection.info
    assert (info.status, info.restarts) == ("ready", 1)
    assert "exit code 4" in info.last_error


def test_a_call_made_during_the_pause_waits_for_the_restart(stage, server):
    connection = stage.connect(server())
    with pytest.raises(McpServerDown):
        stage.answer(connection.call("die"))
    call, tools = connection.call("echo", {"text": "later"}), connection.tools()
    assert not call.done
    stage.pass_time(0.6)
    assert stage.answer(call).text == "later"
    assert len(stage.answer(tools)) == 2


def test_a_server_that_dies_again_and_again_is_given_up_after_longer_and_longer_pauses(
    stage, server, tmp_path
):
    record = tmp_path / "lives"
    policy = Restarts(intensity=3, period=60, first_pause=1, longest_pause=100)
    connection = stage.connect(server("die=no disk", f"lives={record}"), restarts=policy)
    call, tools = connection.call("echo"), connection.tools()
    for started, pause in enumerate((1, 2, 4), start=1):
        stage.status("pausing")
        assert lives(record) == started
        stage.pass_time(pause - 0.1)
        assert lives(record) == started
        stage.pass_time(0.2)
        stage.until(lambda: lives(record) == started + 1)  # noqa: B023 - it is run here and now
    stage.status("failed")
    for each in (call, tools, connection.call("echo"), connection.tools()):
        with pytest.raises(McpServerDown, match=r"exit code 3.*given up.*no disk") as caught:
            stage.answer(each)
        assert not caught.value.sent
    stage.pass_time(1000)
    assert lives(record) == 4


def test_a_server_that_was_given_up_can_be_restarted_by_hand(stage, server, tmp_path):
    record = tmp_path / "lives"
    config = server(f"lives={record}", "stillborn=1")
    connection = stage.connect(config, restarts=Restarts(intensity=0))
    stage.status("failed")
    connection.restart()
    stage.answer(connection.ping())
    assert (connection.info.status, connection.info.restarts) == ("ready", 1)
    call = connection.call("never")
    stage.answer(connection.ping())
    connection.restart()
    with pytest.raises(McpServerDown, match="somebody wished it"):
        stage.answer(call)
    stage.answer(connection.ping())
    assert lives(record) == 3


def test_a_handshake_that_hangs_ends_the_process_and_counts_as_a_failure(stage, server):
    policy = Restarts(intensity=0)
    connection = stage.connect(server("hang"), start_seconds=5, restarts=policy)
    stage.until(lambda: connection.info.pid is not None)
    stage.pass_time(6)
    stage.status("failed")
    assert "the handshake failed" in connection.info.last_error
    assert "initialize in time" in connection.info.last_error


def test_a_handshake_that_is_refused_is_tried_again(stage, server):
    connection = stage.connect(server("refuse"))
    stage.status("pausing")
    assert "not today (-32000)" in connection.info.last_error


@pytest.mark.parametrize("version", ["1999-01-01", "2026-07-28"])
def test_a_version_that_is_not_known_is_given_up_at_once(stage, server, version):
    connection = stage.connect(server(f"version={version}"))
    with pytest.raises(McpServerDown, match=f"MCP '{version}'; known here are 2025-11-25"):
        stage.answer(connection.ping())
    assert connection.info.restarts == 0


def test_a_program_that_does_not_exist_is_given_up_at_once(stage):
    connection = stage.connect(StdioServer(command="no-such-program-anywhere"))
    with pytest.raises(McpServerDown, match="no program 'no-such-program-anywhere' in PATH"):
        stage.answer(connection.ping())
    assert connection.info.status == "failed"


def test_a_file_that_is_no_program_is_given_up_at_once(stage, tmp_path):
    (tmp_path / "text").write_text("no program")
    connection = stage.connect(StdioServer(command=tmp_path / "text"))
    with pytest.raises(McpServerDown, match="text"):
        stage.answer(connection.ping())
    assert connection.info.status == "failed"


def test_answers_reset_the_pause(stage, server):
    policy = Restarts(intensity=9, period=60, first_pause=1, longest_pause=100)
    connection = stage.connect(server(), restarts=policy)
    for restarts in range(1, 4):
        stage.answer(connection.call("echo"))
        with pytest.raises(McpServerDown):
            stage.answer(connection.call("die"))
        stage.pass_time(1.1)
        stage.status("ready")
        assert connection.info.restarts == restarts


def test_the_book_forgets_failures_that_are_older_than_the_period():
    book = RestartBook(Restarts(intensity=2, period=10, first_pause=1, longest_pause=3))
    assert [book.failed(0), book.failed(1), book.failed(9.9)] == [1, 2, None]
    assert book.failed(10.1) == 3
    book.worked()
    assert book.failed(11.1) == 1
    assert book.failed(11.2) is None
    book.forget()
    assert book.failed(11.3) == 1


@pytest.mark.parametrize("wrong", [{"intensity": -1}, {"period": float("nan")}, {"period": 1e999}])
def test_a_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="must be 0 or more"):
        Restarts(**wrong)


def test_a_pause_ends_with_the_connection(stage, server):
    connection = stage.connect(server())
    with pytest.raises(McpServerDown):
        stage.answer(connection.call("die"))
    call = connection.call("echo")
    ended = connection.actor_ref.stop(block=False)
    stage.until(lambda: ended.done)
    with pytest.raises(McpServerDown, match="it was stopped"):
        call.get()
    assert connection.info.status == "stopped"


def test_time_that_runs_out_in_the_pause_ends_a_call(stage, server):
    policy = Restarts(first_pause=10)
    connection = stage.connect(server(), restarts=policy)
    with pytest.raises(McpServerDown):
        stage.answer(connection.call("die"))
    call = connection.call("echo", timeout=3)
    stage.pass_time(4)
    with pytest.raises(McpTimedOut, match="was not ready"):
        stage.answer(call)


# --- in real time -----------------------------------------------------------------------------


def test_a_server_that_is_killed_is_started_again(joined, server, eventually):
    connection = joined(server())
    connection.ping().get(timeout=SECONDS)
    pid = connection.info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: connection.info.restarts == 1)
    assert connection.call("echo", {"text": "x"}).get(timeout=SECONDS).text == "x"
    assert connection.info.pid != pid
    assert "SIGKILL" in connection.info.last_error


def test_stopping_ends_the_process_and_fails_what_is_under_way(joined, server):
    connection = joined(server())
    call = connection.call("never")
    connection.ping().get(timeout=SECONDS)
    pid = connection.info.pid
    connection.stop(SECONDS)
    assert not Path(f"/proc/{pid}").exists()
    for each in (call, connection.ping(), connection.tools()):
        with pytest.raises(McpServerDown, match="it was stopped"):
            each.get(timeout=SECONDS)
    connection.stop(SECONDS)
    connection.restart()
    assert (connection.info.status, connection.info.pid) == ("stopped", None)


def test_a_server_that_heeds_no_end_of_its_input_is_terminated(joined, server):
    ladder = StopLadder(eof_grace=0.1, term_grace=5, kill_grace=5)
    connection = joined(server("deaf"), ladder=ladder)
    connection.ping().get(timeout=SECONDS)
    connection.stop(SECONDS)
    assert connection.info.status == "stopped"


def test_stopping_a_server_that_is_being_started_leaves_nothing(joined, server):
    for _ in range(10):
        connection = joined(server())
        connection.stop(SECONDS)
        assert connection.info.status == "stopped"


def test_a_dispatcher_that_closes_takes_the_server_with_it(server):
    dispatcher = LoopDispatcher(name="test")
    spawner = LocalSpawner(dispatcher)
    connection = connect(dispatcher, spawner, StopLadder(), "files", server())
    call = connection.call("never")
    connection.ping().get(timeout=SECONDS)
    spawner.close()
    dispatcher.close()
    with pytest.raises(McpServerDown):
        call.get(timeout=SECONDS)


def test_a_line_without_end_is_no_reason_to_fill_the_memory(joined, server, monkeypatch):
    monkeypatch.setattr("greenroom.mcp.stdio_wire._ENDLESS_LINE_BYTES", 1_000_000)
    endless = "import os\nwhile True: os.write(1, b'x' * 65536)"
    config = StdioServer(command=sys.executable, args=["-c", endless])
    connection = joined(config, restarts=Restarts(intensity=0))
    with pytest.raises(McpServerDown, match="line without end"):
        connection.ping().get(timeout=SECONDS)


def test_a_server_that_reads_nothing_is_answered_for(joined):
    silent = "import time; time.sleep(60)"
    connection = joined(StdioServer(command=sys.executable, args=["-c", silent]))
    calls = [connection.call("echo", {"text": "x" * 1_000_000}) for _ in range(3)]
    connection.stop(SECONDS)
    for call in calls:
        with pytest.raises(McpServerDown):
            call.get(timeout=SECONDS)


def test_a_server_that_closes_its_stdout_but_lives_is_stopped(joined, server):
    connection = joined(server(), restarts=Restarts(intensity=0))
    with pytest.raises(McpServerDown, match="it closed its stdout"):
        connection.call("close_stdout").get(timeout=SECONDS)
    assert connection.info.status == "failed"
