"""A CLI that goes on with another conversation than it was asked for."""

from __future__ import annotations

import pytest

from greenroom import Completed, Recovery, Rejected
from greenroom.session.events import ProcessLost
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate
from greenroom.values.ladder import Impasse, Rung
from tests.patience import eventually
from tests.recovery.history import COUNT, DO, GOOD, lose_process


@pytest.mark.parametrize("reaction", ["fork", "forget"])
def test_a_cli_that_goes_on_with_another_conversation_is_stopped(play, resets, heard, reaction):
    session = play(
        Scenario(turns=[[COUNT]]),
        Scenario(turns=[[COUNT, Gate("never")]], on_resume=reaction),
        GOOD,
    )
    first = session.ask("one").result(DO)
    lose_process(session)
    outcome = session.ask("two").outcome(DO)
    assert (type(outcome), outcome.code) == (Rejected, "resume_diverged")
    assert first.session_id in str(outcome)
    following = session.ask("three").outcome(DO)
    assert isinstance(following, Completed)
    assert following.session_id == session.session_id == first.session_id
    assert resets() == [(Impasse.DIVERGED, Rung.RESUME_AT)]
    assert [event.code for event in heard if type(event) is ProcessLost].count("crashed") >= 1


def test_a_conversation_that_diverged_is_not_taken_for_the_right_one(play):
    """Its whole turn may be there in one read: what it says last must not count either."""
    forgetful = Scenario(turns=[[COUNT]], on_resume="forget")
    session = play(Scenario(turns=[[COUNT]]), forgetful, GOOD)
    first = session.ask("one").result(DO)
    lose_process(session)
    assert session.ask("two").outcome(DO).code == "resume_diverged"
    eventually(lambda: session.info.phase == "idle" and session.info.pid is None)
    assert session.session_id == first.session_id


def test_no_stranger_answers_however_often_the_cli_diverges(play, resets):
    forgetful = Scenario(turns=[[COUNT]], on_resume="fork")
    session = play(Scenario(turns=[[COUNT]]), forgetful)
    first = session.ask("one").result(DO)
    lose_process(session)
    codes = [session.ask("two").outcome(DO).code for _ in range(3)]
    assert codes == ["resume_diverged"] * 3
    assert [rung for _, rung in resets()] == [Rung.RESUME_AT]  # a copy could not be told from it
    assert session.session_id == first.session_id
    assert session.info.abandoned == ()


def test_where_another_conversation_may_begin_a_cli_that_diverges_begins_one(play, resets):
    forgetful = Scenario(turns=[[COUNT]], on_resume="fork")
    session = play(Scenario(turns=[[COUNT]]), forgetful, recovery=Recovery(fresh=True))
    first = session.ask("one").result(DO)
    lose_process(session)
    codes = [session.ask("two").outcome(DO).code for _ in range(3)]
    assert codes == ["resume_diverged", "resume_diverged", "completed"]
    assert [rung for _, rung in resets()] == [Rung.RESUME_AT, Rung.FRESH]
    assert session.info.abandoned == (first.session_id,)
