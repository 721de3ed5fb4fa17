"""What a session tells of a process it lost, and what it never does in silence."""

import os
import signal

import pytest

from greenroom import Cancelled, Completed, Crashed, Rejected, Truncated
from greenroom.testing import Scenario
from greenroom.testing.scenario import Kill, Result, Text, Turn, Wait

ABORTED = Result("error_during_execution", uuids=[])


def test_a_prompt_is_not_sent_into_a_process_that_somebody_interrupted(scene):
    session = scene.play([Text("so far"), Wait()])
    turn, waiting = scene.ask(session), scene.ask(session, "and then?")
    frames = iter(turn)
    next(frames)
    os.kill(session.info.pid, signal.SIGINT)
    assert isinstance(scene.outcome(turn, within=5), Cancelled)
    assert scene.outcome(waiting, within=5).text == "You said: and then?"
    first, second = session.simulator.launches()
    assert (len(first.prompts), len(second.prompts)) == (1, 1)


def test_an_abort_that_was_asked_for_keeps_its_process(scene):
    session = scene.play(Scenario(turns=[[Text("so far"), Wait()], Turn()]))
    turn = scene.ask(session)
    next(iter(turn.texts()))
    assert isinstance(scene.outcome(turn, within=5), Cancelled)
    assert scene.outcome(scene.ask(session, "more"), within=5).text == "You said: more"
    assert len(session.simulator.launches()) == 1


def test_an_abort_in_a_turn_of_the_clis_own_is_one_too(scene):
    session = scene.play(Scenario(turns=[Turn([Text("done")], after=[ABORTED])]))
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)
    scene.expect_turns_of_its_own(session, failed=1)
    scene.eventually(lambda: session.info.pid is None, 5)


@pytest.mark.parametrize("between", [True, False], ids=["between turns", "in a turn"])
def test_a_conversation_that_is_stored_nowhere_is_never_begun_anew_in_silence(scene, between):
    lethal = Turn([Text("so far"), Kill("SIGKILL")])
    scenario = Scenario(turns=[[Text("one")], lethal])
    session = scene.play(scenario, no_session_persistence=True, probe=None)
    assert scene.outcome(scene.ask(session, "my name is Ada"), within=5).text == "one"
    if between:
        os.kill(session.info.pid, signal.SIGKILL)
        scene.eventually(lambda: session.info.pid is None)
    else:
        assert isinstance(scene.outcome(scene.ask(session), within=5), Crashed)
    for _ in range(2):
        outcome = scene.outcome(scene.ask(session, "who am I?"), within=5)
        assert (type(outcome), outcome.code) == (Rejected, "conversation_lost")
        assert session.session_id in str(outcome)
    session.warm()
    assert scene.ask(session, "once more").outcome(5).code == "conversation_lost"
    assert len(session.simulator.launches()) == 1


def test_a_first_turn_that_is_lost_leaves_nothing_to_lose(scene):
    scenario = Scenario(turns=[[Text("so far"), Kill("SIGKILL")]])
    session = scene.play(scenario, no_session_persistence=True)
    assert isinstance(scene.outcome(scene.ask(session), within=5), Crashed)
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)


@pytest.mark.parametrize("prompt", ["", " \n\t"], ids=repr)
def test_a_prompt_that_cannot_be_sent_starts_no_process(scene, prompt):
    session = scene.play()
    outcome = scene.outcome(scene.ask(session, prompt), within=5)
    assert (type(outcome), outcome.code) == (Rejected, "bad_prompt")
    assert session.info.phase == "idle"
    assert session.simulator.launches() == ()


def test_a_prompt_that_cannot_be_sent_costs_the_next_one_nothing(scene):
    session = scene.play()
    bad, good = scene.ask(session, " "), scene.ask(session, "hello")
    assert scene.outcome(bad, within=5).code == "bad_prompt"
    assert scene.outcome(good, within=5).text == "You said: hello"


def test_a_resumed_conversation_says_which_turn_was_lost_and_does_not_repeat_it(scene):
    session = scene.play(Scenario(turns=[[Text("one")], [Kill("SIGKILL")]]))
    first = scene.outcome(scene.ask(session, "first"), within=5)
    lost = scene.ask(session, "lost")
    outcome = scene.outcome(lost, within=5)
    assert isinstance(outcome, Crashed | Truncated)
    assert (outcome.context.turn_id, outcome.context.session_id) == (lost.id, first.session_id)
    third = scene.outcome(scene.ask(session, "third"), within=5)
    assert third.session_id == first.session_id
    sent = [p["uuid"] for record in session.simulator.launches() for p in record.prompts]
    assert sent.count(lost.id) == 1
