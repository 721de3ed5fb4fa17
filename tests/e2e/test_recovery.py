"""A process may die at any moment: its turn says so, and the conversation goes on."""

import os
import signal
import time
import uuid

import pytest

from greenroom import Cancelled, Completed, Crashed, Interrupted, Truncated
from greenroom.testing.fake_anthropic import Stall, Text, ToolUse


def test_a_killed_process_fails_its_turn_at_once_and_the_next_one_resumes(api, stalled, history):
    session, turn = stalled
    name, pid = session.session_id, session.info.pid
    started = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    outcome = turn.outcome(10)
    assert time.monotonic() - started < 1
    assert (type(outcome), outcome.signal, outcome.exit_code) == (Interrupted, signal.SIGKILL, None)
    assert (outcome.context.pid, outcome.context.signal) == (pid, signal.SIGKILL)
    following = session.ask("who am I?").result(20)
    assert (following.session_id, session.info.pid != pid) == (name, True)
    assert history(api.requests[-1], "my name is Ada", "who am I?")[0] == "my name is Ada"


def test_turns_that_wait_behind_a_death_are_answered_by_the_next_process(api, stalled):
    session, doomed = stalled
    waiting = [session.ask(f"waits {n}") for n in range(3)]
    os.kill(session.info.pid, signal.SIGKILL)
    assert isinstance(doomed.outcome(10), Crashed)
    assert [turn.text(20) for turn in waiting] == [f"You said: waits {n}" for n in range(3)]
    assert [request.prompt for request in api.requests].count("count") == 1


def test_a_process_that_is_terminated_from_outside_fails_its_turn(stalled):
    session, turn = stalled
    os.kill(session.info.pid, signal.SIGTERM)
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.exit_code) == (Interrupted, 143)
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_process_that_takes_ctrl_c_reports_an_aborted_turn(stalled):
    session, turn = stalled
    os.kill(session.info.pid, signal.SIGINT)
    waiting = session.ask("hello!")
    assert isinstance(turn.outcome(10), Cancelled | Truncated)
    assert waiting.text(20) == "You said: hello!"  # not sent into a process that is leaving


def test_a_process_that_dies_between_turns_is_replaced(open_session, eventually, history, api):
    session = open_session()
    first = session.ask("my name is Ada").result(20)
    os.kill(session.info.pid, signal.SIGKILL)
    eventually(lambda: session.info.pid is None)
    following = session.ask("who am I?").result(20)
    assert following.session_id == first.session_id
    texts = ("my name is Ada", "who am I?")
    assert history(api.requests[-1], *texts) == list(texts)


@pytest.mark.parametrize("own", [None, str(uuid.uuid4())], ids=["its id", "an id of ours"])
def test_a_conversation_whose_first_turn_died_goes_on(api, open_session, home, eventually, own):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    session = open_session(**({"session_id": own} if own else {}))
    turn = session.ask("count")
    api.wait_for_stall(timeout=20)
    name = eventually(lambda: session.session_id)
    eventually(lambda: list(home.glob(f".claude/projects/*/{name}.jsonl")))
    os.kill(session.info.pid, signal.SIGKILL)
    assert isinstance(turn.outcome(10), Crashed)
    assert session.ask("hello").result(20).session_id == name
    assert session.ask("again").result(20).session_id == name


def test_a_process_that_replaces_another_is_told_everything_again(open_session, api, eventually):
    options = {"system_prompt": "speak like a pirate", "json_schema": {"type": "object"}}
    api.on("hello", ToolUse("StructuredOutput", {}), Text("done"))
    session = open_session(**options)
    session.ask("hello").result(20)
    os.kill(session.info.pid, signal.SIGKILL)
    eventually(lambda: session.info.pid is None)
    assert session.ask("hello").result(20).structured == {}
    assert all(b"speak like a pirate" in request.content for request in api.requests)


def test_a_fork_that_dies_is_resumed_and_not_forked_again(open_session, eventually):
    with open_session() as session:
        original = session.ask("hello").result(20).session_id
    fork = open_session(resume=original, fork_session=True)
    name = fork.ask("hello").result(20).session_id
    os.kill(fork.info.pid, signal.SIGKILL)
    eventually(lambda: fork.info.pid is None)
    assert fork.ask("again").result(20).session_id == name != original


def test_a_question_right_behind_the_death_of_the_process_is_answered_or_fails_as_such(
    open_session,
):
    session = open_session()
    session.ask("hello").result(20)
    os.kill(session.info.pid, signal.SIGKILL)
    assert isinstance(session.ask("hello?").outcome(20), Completed | Crashed)
    assert session.ask("hello!").text(20) == "You said: hello!"


def test_a_process_killed_before_its_first_word_is_a_crash(api, open_session, children, eventually):
    session = open_session()
    turn = session.ask("hello")
    (pid,) = eventually(children)
    os.kill(pid, signal.SIGKILL)
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.signal) == (Crashed, signal.SIGKILL)
    assert session.ask("hello").text(20) == "You said: hello"
