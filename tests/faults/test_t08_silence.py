"""T8: the process falls silent: each phase has its clock, and a running tool stops it."""

import time

import pytest

from greenroom import Completed, Deadlines, Interrupted, Phase, TimedOut
from greenroom.testing import Reply, Scenario
from greenroom.testing.scenario import (
    ApiRetry,
    Deltas,
    Gate,
    Half,
    Hang,
    Kill,
    Text,
    ToolResult,
    ToolUse,
    Turn,
    Wait,
)

SHORT = 0.4
WIDE = {"start": 20, "first_event": 20, "silence": 20, "interrupt": 0.3}

SILENCES = {
    "from the start": (Phase.START, Scenario(on_start=[Hang()])),
    "before init": (Phase.FIRST_EVENT, Scenario(turns=[Turn([Wait()], envelope=False)])),
    "after init": (Phase.SILENCE, Scenario(turns=[[Wait()]])),
    "in the middle of a message": (
        Phase.SILENCE,
        Scenario(turns=[[Deltas(["so ", "far"]), Half(), Wait()]]),
    ),
    "in the middle of the result": (Phase.SILENCE, Scenario(turns=[[Half(keep=0.99), Hang()]])),
    "between a tool and the answer": (
        Phase.SILENCE,
        Scenario(turns=[[ToolUse("Bash", {}), ToolResult("ok"), Wait()]]),
    ),
    "frozen": (Phase.SILENCE, Scenario(turns=[[Text("so far"), Kill("SIGSTOP"), Wait()]])),
    "retrying": (Phase.SILENCE, Scenario(turns=[[ApiRetry(delay_ms=3_600_000), Wait()]])),
}


def limits(**given):
    return Deadlines(**{**WIDE, **given})


@pytest.mark.parametrize(("phase", "scenario"), SILENCES.values(), ids=SILENCES)
def test_a_silence_ends_the_turn_in_the_phase_it_is_in(scene, phase, scenario):
    session = scene.play(scenario)
    seconds = 2.0 if phase is Phase.START else SHORT  # a process has to be there first
    turn = scene.ask(session, deadlines=limits(**{phase.value: seconds}))
    outcome = scene.outcome(turn, within=seconds + 5)
    assert (type(outcome), outcome.phase, outcome.seconds) == (TimedOut, phase, seconds)


def test_a_process_that_hangs_over_its_handshake_is_given_up_whatever_it_wrote_before(scene):
    session = scene.play(Scenario(requests={"initialize": Reply(before=[Hang()])}))
    turn = scene.ask(session, deadlines=limits(start=3.0, first_event=SHORT, silence=SHORT))
    assert isinstance(scene.outcome(turn, within=5), TimedOut)


@pytest.mark.parametrize("name", ["after init", "in the middle of a message"])
def test_the_clock_runs_from_the_last_frame(scene, name):
    session = scene.play(SILENCES[name][1])
    turn = scene.ask(session, deadlines=limits(silence=SHORT))
    frames = iter(turn)
    next(frames)
    started = time.monotonic()
    scene.outcome(turn, within=SHORT + 1)
    assert time.monotonic() - started > SHORT - 0.1


def test_a_running_tool_may_be_silent_for_as_long_as_it_takes(scene):
    steps = [ToolUse("Bash", {"command": "make"}), Gate("made"), ToolResult("ok"), Text("done")]
    session = scene.play(steps)
    turn = scene.ask(session, deadlines=limits(silence=SHORT))
    session.simulator.wait_for(lambda record: record.prompts)
    with pytest.raises(TimeoutError):
        turn.outcome(3 * SHORT)
    session.simulator.open_gate("made")
    outcome = scene.outcome(turn, within=5)
    assert (type(outcome), outcome.text) == (Completed, "done")


def test_a_tool_that_never_comes_back_ends_at_the_total_alone(scene):
    session = scene.play([ToolUse("Bash", {"command": "sleep 3600"}), Wait()])
    turn = scene.ask(session, deadlines=limits(silence=SHORT, total=3 * SHORT))
    outcome = scene.outcome(turn, within=3 * SHORT + 1)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.TOTAL)


def test_a_process_that_dies_while_its_tool_runs_is_noticed_at_once(scene):
    steps = [ToolUse("Bash", {"command": "sleep 3600"}), Kill("SIGKILL")]
    outcome = scene.outcome(scene.ask(scene.play(steps)), within=5)
    assert (type(outcome), outcome.signal) == (Interrupted, 9)


def test_a_frozen_process_that_thaws_in_time_completes(scene):
    session = scene.play([Text("so far"), Wait(2 * SHORT), Text("done")])
    turn = scene.ask(session, deadlines=limits(silence=20 * SHORT))
    assert scene.outcome(turn, within=5).text == "done"
