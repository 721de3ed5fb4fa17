"""Questions wait in greenroom, not in the CLI: each is sent alone and has a result of its own."""

import pytest

from greenroom import Cancelled, TurnNotQueuedError
from greenroom.testing.fake_anthropic import Error, Stall, Text, ToolUse

WAIT = "touch waits; until [ -e go ]; do sleep 0.02; done; echo gone"


def test_five_questions_at_once_have_five_results_each_its_own(api, open_session):
    session = open_session()
    turns = [session.ask(f"question {n}") for n in range(5)]
    results = [turn.result(20) for turn in turns]
    assert [result.text for result in results] == [f"You said: question {n}" for n in range(5)]
    covered = [result.frame.user_message_uuids for result in results]
    assert covered == [(turn.id,) for turn in turns]
    assert [request.prompt for request in api.requests] == [f"question {n}" for n in range(5)]


def test_a_question_asked_while_a_tool_runs_is_not_folded_into_that_turn(
    api, open_session, project, eventually
):
    api.on("work", ToolUse("Bash", {"command": WAIT, "description": "wait"}), Text("worked"))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    first = session.ask("work")
    eventually((project / "waits").exists)
    second = session.ask("and now?")
    (project / "go").touch()
    assert (first.text(20), second.text(20)) == ("worked", "You said: and now?")


def test_what_waits_is_listed_edited_and_cancelled(api, open_session):
    api.on("first", Stall(Text("one")))
    session = open_session()
    first, second, third = (session.ask(word) for word in ("first", "second", "third"))
    api.wait_for_stall(timeout=20)
    assert [waiting.prompt for waiting in session.queued()] == ["second", "third"]
    session.edit(second, "changed")
    session.cancel(third)
    outcome = third.outcome(10)
    assert (type(outcome), outcome.code) == (Cancelled, "withdrawn")
    with pytest.raises(TurnNotQueuedError):
        session.edit(first, "too late")
    api.release()
    assert (first.text(20), second.text(20)) == ("one", "You said: changed")
    assert [request.prompt for request in api.requests] == ["first", "changed"]


def test_cancelling_the_running_turn_lets_the_next_one_run(api, open_session):
    api.on("first", Stall())
    session = open_session()
    first, second = session.ask("first"), session.ask("second")
    api.wait_for_stall(timeout=20)
    session.cancel(first)
    assert isinstance(first.outcome(10), Cancelled)
    assert second.text(20) == "You said: second"


def test_a_turn_that_fails_does_not_hold_up_those_behind_it(api, open_session):
    api.on("broken", Error(500))
    session = open_session()
    turns = [session.ask(word) for word in ("fine", "broken", "fine too")]
    assert [turn.outcome(20).ok for turn in turns] == [True, False, True]
    assert turns[2].text(0) == "You said: fine too"


def test_twenty_questions_of_one_session_are_answered_in_order(api, open_session):
    session = open_session()
    turns = [session.ask(f"<{n}>") for n in range(20)]
    assert [turn.text(30) for turn in turns] == [f"You said: <{n}>" for n in range(20)]
    assert session.info.totals.completed == 20


def test_a_stopped_session_has_nothing_queued(open_session):
    session = open_session()
    turn = session.ask("hello")
    session.stop()
    assert session.queued() == ()
    session.cancel(turn)
    with pytest.raises(TurnNotQueuedError):
        session.edit(turn, "too late")
