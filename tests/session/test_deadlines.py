"""Each phase of a turn has its clock; a pending tool stops it; every outcome is in time."""

import time

import pytest

from greenroom import Completed, Deadlines, Phase, TimedOut
from greenroom.testing import Reply, Scenario
from greenroom.testing.scenario import Gate, Hang, Text, ToolResult, ToolUse, Turn, Wait

SHORT = 0.3


def deadlines(**given):
    return Deadlines(**{"start": 20, "first_event": 20, "silence": 20, "interrupt": 0.3, **given})


def timed(turn):
    started = time.monotonic()
    outcome = turn.outcome(10)
    return outcome, time.monotonic() - started


@pytest.mark.parametrize(
    ("phase", "scenario"),
    [
        (Phase.START, Scenario(on_start=[Hang()])),
        (Phase.SILENCE, Scenario(turns=[[Text("so far"), Wait()]])),
        (Phase.TOTAL, Scenario(turns=[[Wait()]])),
    ],
    ids=["start", "silence", "total"],
)
def test_a_phase_that_lasts_too_long_ends_the_turn_and_is_named(play, phase, scenario):
    session = play(scenario, Scenario(), deadlines=deadlines(**{phase.value: SHORT}))
    outcome, seconds = timed(session.ask("hello"))
    assert (type(outcome), outcome.phase, outcome.seconds) == (TimedOut, phase, SHORT)
    assert phase.value in str(outcome)
    assert seconds < SHORT + 1


def test_a_turn_that_is_not_begun_times_out_as_such(play):
    scenario = Scenario(turns=[Turn([Wait()], envelope=False)])
    session = play(scenario, deadlines=deadlines(first_event=SHORT))
    outcome, _ = timed(session.ask("hello"))
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.FIRST_EVENT)


def test_the_session_is_usable_after_a_turn_timed_out(play):
    scenario = Scenario(turns=[[Text("so far"), Wait()], Turn()])
    session = play(scenario, Scenario(), deadlines=deadlines(silence=SHORT))
    assert isinstance(session.ask("one").outcome(10), TimedOut)
    assert session.ask("two").text(10) == "You said: two"


def test_waiting_in_the_queue_counts_for_the_total_and_the_turn_is_never_sent(play):
    scenario = Scenario(turns=[[Gate("go"), Text("one")], Turn()])
    session = play(scenario)
    first = session.ask("first")
    second = session.ask("second", deadlines=deadlines(total=SHORT))
    outcome, _ = timed(second)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.TOTAL)
    assert session.queued() == ()
    session.simulator.open_gate("go")
    assert first.text(10) == "one"
    assert len(session.simulator.record().prompts) == 1


def test_a_running_tool_rests_the_silence_clock(play):
    steps = [ToolUse("Bash", {}), Wait(3 * SHORT), ToolResult("x"), Text("done")]
    session = play(steps, deadlines=deadlines(silence=SHORT))
    assert isinstance(session.ask("work").outcome(10), Completed)


def test_the_silence_clock_runs_again_once_the_tool_is_done(play):
    steps = [ToolUse("Bash", {}), ToolResult("x"), Wait()]
    session = play(steps, deadlines=deadlines(silence=SHORT))
    outcome = session.ask("work").outcome(10)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.SILENCE)


def test_a_handshake_that_is_never_answered_does_not_stop_a_cli_that_works(play):
    session = play(
        Scenario(requests={"initialize": Reply(ignore=True)}), deadlines=deadlines(start=5)
    )
    assert session.ask("hello").text(10) == "You said: hello"
