"""Every phase of a turn has its clock; what hangs is ended in time, what works is left alone."""

import os
import signal
import time

import pytest

from greenroom import Completed, Deadlines, Phase, TimedOut
from greenroom.testing.fake_anthropic import Stall, Text, ToolUse

SHORT = 0.5
WAIT = ToolUse("Bash", {"command": f"sleep {3 * SHORT}; echo done", "description": "wait"})


def deadlines(**given):
    return Deadlines(**{"start": 20, "first_event": 20, "silence": 20, "interrupt": 5, **given})


def timed(turn):
    started = time.monotonic()
    outcome = turn.outcome(20)
    return outcome, time.monotonic() - started


def test_silence_ends_a_turn_in_time_and_the_session_goes_on(api, open_session):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    session = open_session(deadlines=deadlines(silence=SHORT))
    session.ask("hello").result(20)
    pid = session.info.pid
    outcome, seconds = timed(session.ask("count"))
    assert (type(outcome), outcome.phase, outcome.seconds) == (TimedOut, Phase.SILENCE, SHORT)
    assert SHORT <= seconds < SHORT + 1
    assert session.ask("hello").text(20) == "You said: hello"
    assert session.info.pid == pid


def test_a_process_that_hangs_is_replaced_after_its_silence(api, open_session):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    session = open_session(deadlines=deadlines(silence=SHORT, interrupt=0.5))
    name = session.ask("hello").result(20).session_id
    turn, pid = session.ask("count"), session.info.pid
    api.wait_for_stall(timeout=20)
    os.kill(pid, signal.SIGSTOP)
    outcome, seconds = timed(turn)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.SILENCE)
    assert seconds < SHORT + 1
    assert session.ask("hello").result(20).session_id == name
    assert session.info.pid != pid


def test_a_running_tool_is_not_silence(api, open_session):
    api.on("work", WAIT, Text("worked"))
    session = open_session(
        tools=["Bash"], allowed_tools=["Bash"], deadlines=deadlines(silence=2 * SHORT)
    )
    assert isinstance(session.ask("work").outcome(20), Completed)


def test_silence_after_a_tool_is_silence(api, open_session):
    echo = ToolUse("Bash", {"command": "echo done", "description": "echo"})
    api.on("work", echo, Stall())
    session = open_session(tools=["Bash"], allowed_tools=["Bash"], deadlines=deadlines(silence=1))
    outcome, _ = timed(session.ask("work"))
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.SILENCE)


def test_the_total_counts_tools_too(api, open_session):
    api.on("work", WAIT, Text("worked"))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    session.ask("hello").result(20)
    outcome, seconds = timed(session.ask("work", deadlines=deadlines(total=SHORT)))
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.TOTAL)
    assert seconds < SHORT + 1
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_turn_that_waits_too_long_in_the_queue_is_never_sent(api, open_session):
    api.on("count", Stall(Text("counted")))
    session = open_session()
    first = session.ask("count")
    api.wait_for_stall(timeout=20)
    outcome, seconds = timed(session.ask("wait", deadlines=deadlines(total=SHORT)))
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.TOTAL)
    assert seconds < SHORT + 1
    api.release()
    assert first.text(20) == "counted"
    assert [request.prompt for request in api.requests] == ["count"]


def test_a_start_that_takes_too_long_ends_the_turn(open_session):
    session = open_session(deadlines=deadlines(start=0.02))
    outcome, seconds = timed(session.ask("hello"))
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.START)
    assert seconds < 1
    result = session.ask("hello", deadlines=deadlines()).result(20)
    assert result.text == "You said: hello"


def test_a_timed_out_turn_says_which_limit_to_change(api, open_session):
    api.on("count", Stall())
    session = open_session(deadlines=deadlines(silence=SHORT))
    with pytest.raises(TimedOut, match=r"Deadlines\(silence="):
        session.ask("count").result(20)


def test_waiting_for_a_result_with_a_timeout_leaves_the_turn_alone(api, open_session):
    api.on("count", Stall(Text("counted")))
    turn = open_session().ask("count")
    with pytest.raises(TimeoutError, match="goes on"):
        turn.result(0.05)
    api.wait_for_stall(timeout=20)
    api.release()
    assert turn.text(20) == "counted"
