"""An interrupt ends the turn it is meant for, for sure, and no other."""

import asyncio
import os
import signal
import time

import pytest

from greenroom import Cancelled, Completed, Deadlines
from greenroom.testing.fake_anthropic import Stall, Text, ToolUse


def cancelled(turn):
    outcome = turn.outcome(10)
    assert isinstance(outcome, Cancelled)
    return outcome


def test_a_streaming_turn_is_interrupted_and_the_next_one_is_clean(api, open_session, history):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    session = open_session()
    turn = session.ask("count")
    api.wait_for_stall(timeout=20)
    started = time.monotonic()
    turn.interrupt()
    outcome = cancelled(turn)
    assert (outcome.confirmed, outcome.code) == (True, "interrupted")
    assert time.monotonic() - started < 1.5
    following = session.ask("hello").result(20)
    assert (following.text, following.session_id) == ("You said: hello", outcome.context.session_id)


def test_an_interrupt_before_the_model_said_anything_is_confirmed(api, open_session):
    api.on("count", Stall())
    session = open_session()
    turn = session.ask("count")
    api.wait_for_stall(timeout=20)
    turn.interrupt()
    assert cancelled(turn).confirmed
    assert session.ask("hello").text(20) == "You said: hello"


def test_an_interrupt_while_a_tool_runs_ends_the_tool_too(api, open_session, project, eventually):
    command = "echo $$ > pid; sleep 60"
    api.on("work", ToolUse("Bash", {"command": command, "description": "wait"}), Text("never"))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    turn = session.ask("work")
    pid = int(eventually(lambda: _content(project / "pid")))
    os.kill(pid, 0)
    turn.interrupt()
    assert cancelled(turn).confirmed
    eventually(lambda: _is_gone(pid), 5)
    assert session.ask("hello").text(20) == "You said: hello"


def _content(path):
    return path.read_text().strip() if path.exists() else ""


def _is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_interrupt_right_behind_the_question_ends_it_before_the_process_is_up(api, open_session):
    session = open_session()
    turn = session.ask("never mind")
    turn.interrupt()
    cancelled(turn)
    following = session.ask("hello").result(20)
    assert following.text == "You said: hello"


def test_an_interrupt_right_behind_a_question_in_a_running_process_ends_it_alone(api, open_session):
    session = open_session()
    session.ask("hello").result(20)
    api.on("never mind", Stall())
    turn, following = session.ask("never mind"), session.ask("and now?")
    turn.interrupt()
    cancelled(turn)
    assert following.text(20) == "You said: and now?"


def test_an_interrupt_that_comes_too_late_touches_nothing(open_session):
    session = open_session()
    turn = session.ask("hello")
    assert turn.text(20) == "You said: hello"
    turn.interrupt()
    assert isinstance(turn.outcome(0), Completed)
    assert session.ask("again").text(20) == "You said: again"


def test_interrupting_many_times_is_interrupting_once(api, open_session):
    api.on("count", Stall())
    session = open_session()
    turn = session.ask("count")
    api.wait_for_stall(timeout=20)
    for _ in range(5):
        turn.interrupt()
    assert cancelled(turn).confirmed
    assert session.ask("hello").text(20) == "You said: hello"


@pytest.mark.parametrize("times", [5])
def test_a_session_is_interrupted_turn_after_turn_in_one_process(api, open_session, times):
    api.on("count", Stall())
    session, pids = open_session(), set()
    for _ in range(times):
        turn = session.ask("count")
        api.wait_for_stall(timeout=20)
        turn.interrupt()
        assert cancelled(turn).confirmed
        pids.add(session.info.pid)
    assert session.ask("hello").text(20) == "You said: hello"
    assert (len(pids), session.info.totals.turns) == (1, times + 1)


def test_a_process_that_does_not_react_is_stopped_and_the_conversation_resumed(api, open_session):
    api.on("count", Stall())
    session = open_session(deadlines=Deadlines(interrupt=0.5))
    name = session.ask("hello").result(20).session_id
    turn = session.ask("count")
    api.wait_for_stall(timeout=20)
    os.kill(session.info.pid, signal.SIGSTOP)
    turn.interrupt()
    cancelled(turn)
    assert session.ask("hello").result(20).session_id == name


def test_cancelling_an_asyncio_task_that_reads_a_turn_interrupts_it(api, open_session):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))

    async def cancel():
        async with open_session(include_partial_messages=True) as session:
            turn = session.ask("count")
            reader = asyncio.create_task(turn.acollect())
            await asyncio.to_thread(api.wait_for_stall, 1, 20)
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader
            return await turn.aoutcome(), (await session.ask("hello")).text

    outcome, text = asyncio.run(cancel())
    assert (type(outcome), text) == (Cancelled, "You said: hello")
