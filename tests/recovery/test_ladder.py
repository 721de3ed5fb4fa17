"""A conversation that cannot be gone on with is gone on with in another way, and that is said."""

from __future__ import annotations

import os
import signal
import uuid
from pathlib import Path

import pytest

from greenroom import Completed, Crashed, Recovery, Rejected
from greenroom.session.events import ConversationReset, ProcessLost, ProcessStarted, SessionWorked
from greenroom.session.resumption import Past
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import ApiError, Gate, Kill, Reply, Text, Turn
from greenroom.testing.scenario.catalogue import poisoned
from greenroom.values.ladder import Impasse, Rung
from greenroom_protocol import LocalProtocolError
from tests.control.record import contents
from tests.patience import PATIENCE_SECONDS, eventually
from tests.recovery.virtual import ENTRY

DO = PATIENCE_SECONDS
FRESH = Recovery(fresh=True)
RUNGS = [Rung.RESUME, Rung.RESUME_AT, Rung.FORK, Rung.FRESH]
COUNT = Text("after $history")
UNNAMED = ApiError(400, "unknown", text="API Error: 400 some other bad request")
GOOD = Scenario(turns=[[COUNT]])


@pytest.fixture(name="resets")
def _resets(heard):
    """A function that lists how the ladder was climbed."""
    return lambda: [
        (event.impasse, event.rung) for event in heard if type(event) is ConversationReset
    ]


@pytest.fixture(name="rungs")
def _rungs(heard):
    """A function that lists how each process began."""
    return lambda: [event.rung for event in heard if type(event) is ProcessStarted]


def transcript(session_id):
    """Where the simulated CLI of this run stores a conversation."""
    [path] = Path(os.environ["CLAUDE_CONFIG_DIR"]).rglob(f"{session_id}.jsonl")
    return path


def lose_process(session):
    pid = session.info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: session.info.pid != pid)


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


# --- nothing stored ---


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


# --- another conversation than was asked for ---


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


def test_a_cli_that_diverges_on_every_resume_is_let_go_on_with_a_copy(play, resets):
    forgetful = Scenario(turns=[[COUNT]], on_resume="fork")
    session = play(Scenario(turns=[[COUNT]]), forgetful)
    first = session.ask("one").result(DO)
    lose_process(session)
    codes = [session.ask("two").outcome(DO).code for _ in range(3)]
    assert codes == ["resume_diverged", "resume_diverged", "completed"]
    assert [rung for _, rung in resets()] == [Rung.RESUME_AT, Rung.FORK]
    assert session.session_id != first.session_id
    assert session.info.abandoned == (first.session_id,)


def test_a_handshake_that_dies_is_no_fault_of_the_conversation(play, resets):
    dying = Scenario(requests={"initialize": Reply(before=[Kill()])})
    session = play(GOOD, dying, GOOD)
    session.ask("one").result(DO)
    lose_process(session)
    assert isinstance(session.ask("two").outcome(DO), Crashed)
    assert session.ask("three").outcome(DO).ok
    assert resets() == []


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
