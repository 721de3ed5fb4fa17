"""A conversation that cannot be gone on with is gone on with in another way, and that is said."""

from __future__ import annotations

import pytest

from greenroom import Crashed, Rejected
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Kill, Reply, Turn
from greenroom.testing.scenario.catalogue import poisoned
from greenroom.values.ladder import Impasse, Rung
from tests.control.record import contents
from tests.recovery.history import COUNT, DO, FRESH, GOOD, lose_process

RUNGS = [Rung.RESUME, Rung.RESUME_AT, Rung.FORK, Rung.FRESH]
UNNAMED = ApiError(400, "unknown", text="API Error: 400 some other bad request")


# --- poison ---


@pytest.mark.parametrize("until", ["resume_at", "fork", "fresh"])
def test_a_poisoned_history_is_left_behind_rung_by_rung(play, resets, rungs, until):
    session = play(poisoned(until), recovery=FRESH)
    first = session.ask("one").result(DO)
    lose_process(session)
    turn = session.ask("two")
    outcome = turn.result(DO)
    climbed = RUNGS[1 : RUNGS.index(Rung(until)) + 1]
    assert resets() == [(Impasse.POISONED, rung) for rung in climbed]
    assert rungs() == [None, Rung.RESUME, *climbed]
    assert (outcome.text, outcome.turn_id) == ("Hello", turn.id)
    assert (outcome.session_id == first.session_id) == (until == "resume_at")
    assert session.info.session_id == outcome.session_id
    assert session.info.abandoned == (() if until == "resume_at" else (first.session_id,))
    assert session.info.totals.turns == 2


def test_each_rung_has_its_flags(play):
    session = play(poisoned("fresh"), recovery=FRESH)
    first = session.ask("one").result(DO)
    lose_process(session)
    session.ask("two").result(DO)
    resume, at, fork, fresh = [
        [word for word in record.argv if "resume" in word or "fork" in word]
        for record in session.simulator.launches()[1:]
    ]
    [flag] = [word for word in at if word.startswith("--resume-session-at=")]
    assert resume == [f"--resume={first.session_id}"]
    assert set(at) == {f"--resume={first.session_id}", flag}
    assert set(fork) == {*at, "--fork-session"}
    assert fresh == []


def test_the_prompt_is_sent_under_another_id_on_each_rung(play):
    session = play(poisoned("fresh"), recovery=FRESH)
    session.ask("one").result(DO)
    lose_process(session)
    turn = session.ask("two")
    turn.result(DO)
    ids = [
        prompt["uuid"] for record in session.simulator.launches()[1:] for prompt in record.prompts
    ]
    assert ids[0] == turn.id
    assert len(ids) == len(set(ids)) == 4


def test_turns_that_wait_keep_their_order_over_a_climb(play):
    session = play(poisoned("fork"))
    session.ask("one").result(DO)
    lose_process(session)
    turns = [session.ask(f"turn {n}") for n in range(4)]
    assert all(turn.outcome(DO).ok for turn in turns)
    last = len(session.simulator.launches())
    assert contents(session, last) == [f"turn {n}" for n in range(4)]


def test_without_leave_to_begin_anew_the_turn_is_told_that_its_conversation_is_poisoned(
    play, resets
):
    session = play(poisoned("fresh"))
    session.ask("one").result(DO)
    lose_process(session)
    outcome = session.ask("two").outcome(DO)
    assert (type(outcome), outcome.code) == (Rejected, "conversation_poisoned")
    assert [rung for _, rung in resets()] == [Rung.RESUME_AT, Rung.FORK]
    assert session.ask("three").outcome(DO).code == "conversation_poisoned"
    assert len(resets()) == 2  # each way is tried once
    assert session.info.phase == "idle"


def test_once_a_turn_completed_every_rung_may_be_tried_again(play, resets):
    session = play(poisoned("resume_at"))
    session.ask("one").result(DO)
    for _ in range(3):
        lose_process(session)
        assert session.ask("again").outcome(DO).ok
    assert resets() == [(Impasse.POISONED, Rung.RESUME_AT)] * 3


def test_what_came_after_the_last_completed_turn_is_dropped_and_nothing_else(play):
    first = Scenario(turns=[[COUNT], [COUNT], [COUNT], [Kill()]])
    healthy = Turn([COUNT], launched=["resume_at"])
    rotten = Turn([ApiError(400, "invalid_request", api_error="tool_history_mismatch")])
    session = play(first, Scenario(turns=[healthy, rotten]))
    for n in range(3):
        assert session.ask("go on").text(DO) == f"after {n}"
    assert session.ask("die").outcome(DO).code == "outcome_unknown"
    assert session.ask("and now?").text(DO) == "after 3"


def test_poison_in_a_process_that_was_never_resumed_is_met_in_the_same_way(play, resets):
    poison = ApiError(400, "invalid_request", api_error="tool_history_mismatch")
    session = play(Scenario(turns=[[COUNT], [poison]]), GOOD)
    session.ask("one").result(DO)
    assert session.ask("two").text(DO).startswith("after")
    assert resets() == [(Impasse.POISONED, Rung.RESUME)]


@pytest.mark.parametrize(
    "text",
    [
        "API Error: 400 `thinking` blocks in the latest assistant message cannot be modified.",
        "API Error: 400 Invalid `signature` in `thinking` block",
    ],
)
def test_thoughts_that_the_api_does_not_take_are_history_by_nature(play, resets, text):
    session = play(Scenario(turns=[[COUNT], [ApiError(400, "unknown", text=text)]]), GOOD)
    session.ask("one").result(DO)
    assert session.ask("two").outcome(DO).ok
    assert [impasse for impasse, _ in resets()] == [Impasse.POISONED]


# --- a refusal that has no name ---


def test_one_refused_prompt_is_its_own_fault(play, resets):
    session = play(Scenario(turns=[[COUNT], [UNNAMED], [COUNT]]))
    session.ask("one").result(DO)
    outcome = session.ask("bad").outcome(DO)
    assert (type(outcome), outcome.code) == (Rejected, "invalid_request_error")
    assert session.ask("three").outcome(DO).ok
    assert resets() == []


def test_a_prompt_that_poisoned_its_conversation_costs_none_of_those_that_follow(play, resets):
    refused = [Turn([UNNAMED], launched=["resume"])]
    session = play(
        Scenario(turns=[[COUNT], [UNNAMED]]),  # and again with every further prompt
        Scenario(turns=[*refused, Turn([COUNT], launched=["resume_at"])]),
    )
    session.ask("one").result(DO)
    assert session.ask("bad").outcome(DO).code == "invalid_request_error"
    assert session.ask("good").text(DO) == "after 1"
    assert resets() == [(Impasse.REFUSED, Rung.RESUME_AT)]


def test_many_bad_prompts_in_a_row_do_not_cost_the_conversation(play, resets):
    always = Scenario(turns=[Turn([UNNAMED], when="bad"), [COUNT]])
    session = play(always, recovery=FRESH)
    first = session.ask("one").result(DO)
    for _ in range(12):
        outcome = session.ask("bad").outcome(DO)
        assert (type(outcome), outcome.code) == (Rejected, "invalid_request_error")
    assert {rung for _, rung in resets()} == {Rung.RESUME_AT}
    following = session.ask("good").result(DO)
    assert following.session_id == first.session_id
    assert session.info.abandoned == ()


def test_a_handshake_that_dies_is_no_fault_of_the_conversation(play, resets):
    dying = Scenario(requests={"initialize": Reply(before=[Kill()])})
    session = play(GOOD, dying, GOOD)
    session.ask("one").result(DO)
    lose_process(session)
    assert isinstance(session.ask("two").outcome(DO), Crashed)
    assert session.ask("three").outcome(DO).ok
    assert resets() == []
