"""A conversation of which nothing is stored, or not what there is to go on from."""

from __future__ import annotations

import uuid

import pytest

from greenroom import Recovery, Rejected
from greenroom.session.events import ProcessLost, SessionWorked
from greenroom.session.resumption import Past
from greenroom.testing import factories
from greenroom.testing.scenario.catalogue import poisoned
from greenroom.values.ladder import Impasse, Rung
from greenroom_protocol import LocalProtocolError
from tests.patience import eventually
from tests.recovery.history import DO, FRESH, GOOD, lose_process, transcript
from tests.recovery.virtual import ENTRY


def test_a_transcript_that_is_gone_fails_the_turn_and_says_why(play, resets):
    session = play(GOOD)
    first = session.ask("one").result(DO)
    lose_process(session)
    transcript(first.session_id).unlink()
    for _ in range(2):
        outcome = session.ask("two").outcome(DO)
        assert (type(outcome), outcome.code) == (Rejected, "resume_not_found")
    assert resets() == []


def test_a_transcript_that_is_gone_is_the_beginning_of_another_conversation_if_that_is_wished(
    play, resets
):
    session = play(GOOD, recovery=FRESH)
    first = session.ask("one").result(DO)
    lose_process(session)
    transcript(first.session_id).unlink()
    outcome = session.ask("two").result(DO)
    assert (outcome.text, outcome.session_id != first.session_id) == ("after 0", True)
    assert resets() == [(Impasse.MISSING, Rung.FRESH)]
    assert session.info.abandoned == (first.session_id,)
    assert session.ask("three").text(DO) == "after 1"


@pytest.mark.parametrize("damage", [b"", b'{"type":"user","uu'], ids=["empty", "half a line"])
def test_a_transcript_without_a_whole_line_is_as_good_as_none(play, resets, damage):
    session = play(GOOD, recovery=FRESH)
    first = session.ask("one").result(DO)
    lose_process(session)
    transcript(first.session_id).write_bytes(damage)
    assert session.ask("two").text(DO) == "after 0"
    assert resets() == [(Impasse.MISSING, Rung.FRESH)]


def test_an_entry_that_is_gone_is_no_way_on(play, resets):
    first = play(GOOD)
    session_id = first.ask("one").result(DO).session_id
    first.stop()
    past = Past(session_id=session_id, entry=str(uuid.uuid4()))
    session = play(poisoned("fresh"), recovery=FRESH, past=past)
    assert session.ask("two").text(DO) == "Hello"
    assert resets() == [(Impasse.POISONED, Rung.RESUME_AT), (Impasse.MISSING, Rung.FRESH)]


def test_without_an_entry_to_go_back_to_nothing_is_left_but_another_conversation(play, resets):
    first = play(GOOD)
    session_id = first.ask("one").result(DO).session_id
    first.stop()
    session = play(poisoned("fresh"), recovery=FRESH, past=Past(session_id=session_id))
    assert session.ask("two").text(DO) == "Hello"
    assert resets() == [(Impasse.POISONED, Rung.FRESH)]


def test_a_conversation_that_is_stored_nowhere_begins_anew_if_that_is_wished(play, resets):
    session = play(GOOD, recovery=FRESH, no_session_persistence=True)
    first = session.ask("one").result(DO)
    lose_process(session)
    outcome = session.ask("two").result(DO)
    assert (outcome.text, outcome.session_id != first.session_id) == ("after 0", True)
    assert resets() == [(Impasse.MISSING, Rung.FRESH)]
    assert session.info.abandoned == (first.session_id,)


def test_a_conversation_that_is_stored_nowhere_is_lost_otherwise(play, resets):
    session = play(GOOD, no_session_persistence=True)
    session.ask("one").result(DO)
    lose_process(session)
    for _ in range(2):
        assert session.ask("two").outcome(DO).code == "conversation_lost"
    assert resets() == []
    assert len(session.simulator.launches()) == 1


def test_an_eager_session_that_cannot_be_resumed_does_not_start_process_after_process(play, heard):
    past = Past(session_id=str(uuid.uuid4()))
    session = play(GOOD, recovery=Recovery(eager=True), past=past, warm=True)
    eventually(lambda: any(type(event) is ProcessLost for event in heard))
    assert session.ask("one").outcome(DO).code == "resume_not_found"
    session.queued()
    assert len(session.simulator.launches()) <= 2
    assert session.info.last_error.code == "resume_not_found"


def test_a_session_goes_on_from_its_past(play, rungs):
    first = play(GOOD)
    before = first.ask("one").result(DO)
    first.stop()
    session = play(GOOD, past=Past(session_id=before.session_id))
    assert session.session_id == before.session_id
    assert session.ask("two").result(DO).session_id == before.session_id
    assert session.info.session_id == before.session_id
    assert rungs()[-1] is Rung.RESUME


def test_an_entry_that_is_none_is_not_remembered(host):
    session = host.session()
    session.ask()
    session.greet().answer(uuid="not a uuid")
    turn = session.ask()
    session.process.refuse(
        400,
        "invalid_request",
        api_error="tool_history_mismatch",
        api_error_type="invalid_request_error",
    )
    session.greet().process.refuse(
        400,
        "invalid_request",
        api_error="tool_history_mismatch",
        api_error_type="invalid_request_error",
    )
    assert turn.get(timeout=0).code == "conversation_poisoned"
    assert session.info.phase == "idle"


def test_what_the_cli_made_up_for_a_failure_is_no_entry_to_go_back_to(host):
    session = host.session()
    session.ask()
    session.greet().answer()
    session.ask()
    session.process.refuse(529, "overloaded")
    session.ask()
    prompt = session.process.prompts[-1]  # answered by the CLI itself, as a command is
    session.process.begin().say(
        factories.result_success("done", prompt=prompt, local_command="cost")
    )
    assert host.told(SessionWorked)[-1].entry == ENTRY


def test_a_past_that_is_none_is_refused_at_once(play):
    with pytest.raises(TypeError, match="past"):
        play(GOOD, past=("a", "b"))
    with pytest.raises(LocalProtocolError, match="resume_session_at"):
        play(GOOD, past=Past(session_id=str(uuid.uuid4()), entry="nonsense"))
