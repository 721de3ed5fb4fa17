"""Moments at which turns were lost, mixed up or miscounted in the field."""

import threading
import time

import pytest

from greenroom import (
    Cancelled,
    Completed,
    Crashed,
    Deadlines,
    Interrupted,
    Phase,
    Rejected,
    SessionStoppedError,
    TimedOut,
    TurnNotQueuedError,
)
from greenroom.testing import Reply, Scenario
from greenroom.testing.scenario import (
    CloseStdout,
    Deltas,
    DuplicateResult,
    Frame,
    Gate,
    Kill,
    Repeat,
    Stderr,
    Text,
    Turn,
    Wait,
)
from greenroom_protocol.claude import Result as ResultFrame

BIG = "x" * 100_000


@pytest.mark.parametrize("beside", [False, True], ids=["parallel session", "beside"])
def test_a_query_that_races_with_a_stop_has_an_outcome(play, beside):
    for delay in (0, 0.001, 0.002, 0.004) * 5:
        session = play(Scenario(), parallel=not beside)
        turn = session.ask("hi", parallel=beside)
        time.sleep(delay)
        stopper = threading.Thread(target=session.stop)
        stopper.start()
        try:
            late = session.ask("late", parallel=beside)
        except SessionStoppedError:
            late = turn
        stopper.join(20)
        assert turn.outcome(10).code
        assert late.outcome(10).code


def test_deadlines_of_a_wrong_type_are_refused_at_once(play):
    with pytest.raises(TypeError, match="Deadlines"):
        play(Scenario()).ask("hi", deadlines=30)


def test_an_option_the_cli_refuses_fails_the_turn_and_the_next_one_is_clean(play):
    scenario = Scenario(
        turns=[Turn(when="with", steps=[Wait()])],
        requests={"set_permission_mode": Reply(error="no such mode")},
    )
    session = play(scenario)
    outcome = session.ask("with", permission_mode="plan").outcome(10)
    assert (type(outcome), outcome.code) == (Rejected, "option_refused")
    assert session.ask("plain").text(10) == "You said: plain"
    assert len(session.simulator.launches()) == 1


def test_a_reader_that_rests_does_not_make_its_turn_time_out(play):
    steps = [Repeat(300, [Text(BIG)]), Text("end")]
    session = play(steps, deadlines=Deadlines(silence=0.4))
    turn = session.ask("much")
    texts = iter(turn.texts())
    next(texts)
    time.sleep(1)  # longer than the silence the turn allows the CLI
    assert sum(1 for _ in texts) == 300
    assert isinstance(turn.outcome(10), Completed)


def test_an_interrupt_gets_through_to_a_process_that_is_held_back(play, eventually):
    scenario = Scenario(turns=[Turn(when="much", steps=[Repeat(400, [Text(BIG)]), Wait()])])
    session = play(scenario, deadlines=Deadlines(interrupt=8))
    turn = session.ask("much")
    texts = iter(turn.texts())
    next(texts)
    eventually(lambda: session.actor_ref._actor_weakref()._lane.paused)
    started = time.monotonic()
    turn.interrupt()
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.confirmed) == (Cancelled, True)
    assert time.monotonic() - started < 5
    assert session.ask("small").text(10) == "You said: small"


def test_late_frames_of_a_turn_reach_no_other_turn(play):
    late = [Gate("go"), DuplicateResult(), Frame({"type": "prompt_suggestion", "suggestion": "x"})]
    session = play(Scenario(turns=[Turn([Text("one")], after=late), Turn([Text("two")])]))
    assert session.ask("1").text(10) == "one"
    session.simulator.open_gate("go")
    frames = list(session.ask("2"))
    assert [f.result for f in frames if isinstance(f, ResultFrame)] == ["two"]
    assert not [f for f in frames if type(f).__name__ == "PromptSuggestion"]


def test_a_turn_that_times_out_leaves_its_evidence(play):
    steps = [Stderr("thinking hard\n"), Text("so far"), Wait()]
    outcome = play(steps, deadlines=Deadlines(silence=0.3)).ask("hi").outcome(10)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.SILENCE)
    context = outcome.context
    assert context.argv[0].endswith("claude")
    assert context.pid
    assert context.cwd
    assert "thinking hard" in context.stderr_tail
    assert "so far" in context.last_frames[-1]


def test_a_process_we_stop_for_closing_its_stdout_is_told_as_that(play):
    outcome = play([Text("so far"), CloseStdout(), Wait()]).ask("hi").outcome(10)
    assert (type(outcome), outcome.code) == (Interrupted, "stdout_closed")


def test_an_interrupt_of_a_turn_that_never_started_tells_why_it_did_not(system, tmp_path):
    turn = system.ask("hi", executable=tmp_path / "nope", api_key="x")
    turn.interrupt()
    assert turn.outcome(10).code in {"cli_not_found", "withdrawn"}


def test_what_a_turn_cost_after_it_timed_out_is_counted(play):
    turns = [Turn([Gate("go"), Text("late")], cost_usd=0.5), Turn(cost_usd=0.25)]
    session = play(Scenario(turns=turns, on_interrupt="acknowledge"))
    turn = session.ask("slow", deadlines=Deadlines(total=0.3, interrupt=5))
    assert isinstance(turn.outcome(10), TimedOut)
    session.simulator.open_gate("go")
    session.ask("quick").result(10)
    totals = session.info.totals
    assert (round(totals.spend.cost_usd, 6), totals.turns, totals.completed) == (0.75, 2, 1)


def test_turns_beside_a_conversation_can_be_listed_edited_and_withdrawn(play, eventually):
    session = play(Scenario(turns=[[Gate("go"), Text("$prompt")]]), max_parallel=1)
    first, second, third = (session.ask(w, parallel=True) for w in ("one", "two", "three"))
    eventually(lambda: len(session.queued()) == 2)
    session.edit(second, "changed")
    session.cancel(third)
    session.simulator.open_gate("go")
    assert (first.text(10), second.text(10)) == ("one", "changed")
    assert third.outcome(10).code == "withdrawn"


def test_the_reason_why_a_warm_start_failed_is_shown(system, tmp_path, eventually):
    session = system.session(executable=tmp_path / "nope", api_key="x", warm=True)
    error = eventually(lambda: session.info.last_error)
    assert error.code == "cli_not_found"
    assert session.info.totals.turns == 0


def test_a_stopped_session_has_nothing_queued_and_nothing_to_edit(play):
    session = play(Scenario())
    turn = session.ask("hi")
    turn.outcome(10)
    session.stop()
    assert session.queued() == ()
    with pytest.raises(TurnNotQueuedError, match="not waiting"):
        session.edit(turn, "x")


def test_a_lost_first_turn_keeps_its_conversation_when_something_was_stored(play):
    session = play(Scenario(turns=[[Text("so far"), Kill("SIGKILL")]]), Scenario())
    assert isinstance(session.ask("one").outcome(10), Crashed)
    known = session.session_id
    assert session.ask("two").result(10).session_id == known


def test_partial_text_of_a_slow_model_keeps_a_turn_alive(play):
    steps = [Deltas(["a", "b", "c"], pause_seconds=0.2)]
    session = play(steps, deadlines=Deadlines(silence=0.5), include_partial_messages=True)
    assert session.ask("spell").text(10) == "abc"
