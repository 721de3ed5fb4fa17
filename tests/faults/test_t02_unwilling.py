"""T2: the process ignores the end of its stdin, SIGTERM, interrupts, or all of them."""

import time

import pytest

from greenroom import Cancelled, Completed, Deadlines, System, TimedOut
from greenroom.runtime.process import StopLadder
from greenroom.testing import Scenario
from greenroom.testing.scenario import Hang, Kill, Text, Wait

GRACE = Deadlines(start=20, first_event=20, silence=20, interrupt=0.5)
DEAF = {"on_interrupt": "ignore", "on_eof": "ignore", "on_sigterm": "ignore"}
LIKES = {
    "deaf": (Wait(), DEAF),
    "hanging": (Hang(), DEAF),
    "frozen": (Kill("SIGSTOP"), {}),
    "acknowledges and goes on": (Wait(), DEAF | {"on_interrupt": "acknowledge"}),
}
LADDER_SECONDS = 0.5 + 0.5 + 1.0 + 0.2  # interrupt, term, kill, drain: what the scene allows


def unwilling(step, how):
    return Scenario(turns=[[Text("so far"), step]], **how)


def timed(action):
    started = time.monotonic()
    action()
    return time.monotonic() - started


@pytest.mark.parametrize(("step", "how"), LIKES.values(), ids=LIKES)
def test_the_caller_has_its_outcome_at_the_deadline_and_the_process_is_gone_soon_after(
    scene, step, how
):
    session = scene.play(unwilling(step, how))
    deadlines = Deadlines(**{**_fields(GRACE), "total": 1.0})
    turn = scene.ask(session, deadlines=deadlines)
    seconds = timed(lambda: scene.outcome(turn, within=1.2))
    assert (type(turn.outcome(0)), turn.outcome(0).phase.value) == (TimedOut, "total")
    assert seconds == pytest.approx(1.0, abs=0.2)
    scene.eventually(lambda: session.info.pid is None, LADDER_SECONDS + 0.5)


def test_six_seconds_are_six_seconds_and_not_eleven_or_sixteen(scene):
    session = scene.play(unwilling(Wait(), DEAF))
    turn = scene.ask(session, deadlines=Deadlines(interrupt=0.5, total=6.0))
    seconds = timed(lambda: scene.outcome(turn, within=6.2))
    assert isinstance(turn.outcome(0), TimedOut)
    assert seconds == pytest.approx(6.0, abs=0.2)
    scene.eventually(lambda: session.info.pid is None, LADDER_SECONDS + 0.5)


@pytest.mark.parametrize(("step", "how"), LIKES.values(), ids=LIKES)
def test_an_interrupt_that_is_not_obeyed_is_an_outcome_within_its_grace(scene, step, how):
    session = scene.play(unwilling(step, how), deadlines=GRACE)
    turn = scene.ask(session)
    frames = iter(turn)
    next(frames)
    turn.interrupt()
    outcome = scene.outcome(turn, within=LADDER_SECONDS + 1)
    assert (type(outcome), outcome.confirmed) == (Cancelled, False)


@pytest.mark.parametrize(("step", "how"), LIKES.values(), ids=LIKES)
def test_a_stop_returns_when_the_process_is_reaped_and_is_bounded(scene, processes, step, how):
    session = scene.play(unwilling(step, how))
    turn = scene.ask(session)
    frames = iter(turn)
    next(frames)
    pid = session.info.pid
    assert timed(session.stop) < LADDER_SECONDS + 1.5  # the interrupt of a stop has a second
    assert processes(pid) == []
    assert isinstance(turn.outcome(0), Cancelled)


def test_a_process_that_will_not_leave_after_its_result_delays_no_outcome_and_is_killed(scene):
    scenario = Scenario(turns=[[Text("done")]], **DEAF)
    session = scene.play(scenario, parallel=True, max_parallel=1)
    first, second = scene.ask(session), scene.ask(session)
    outcome = scene.outcome(first, within=2)
    assert (type(outcome), outcome.text) == (Completed, "done")
    # The place of the first is free when it is reaped: EOF 1 s, SIGTERM 0.5 s, SIGKILL.
    assert isinstance(scene.outcome(second, within=3), Completed)


def test_no_rung_of_the_ladder_is_needed_by_a_willing_process(scene):
    session = scene.play()
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)
    record = session.simulator.record()
    assert timed(session.stop) < 1
    record = session.simulator.record(record.number)
    assert (record.saw_eof, record.signals, record.exit_code) == (True, (), 0)


def test_a_process_that_needs_sigterm_gets_no_more(scene):
    session = scene.play(Scenario(turns=[[Text("done")]], on_eof="ignore"))
    scene.outcome(scene.ask(session), within=5)
    session.stop()
    record = session.simulator.record()
    assert (record.saw_eof, record.signals, record.exit_code) == (True, ("SIGTERM",), 143)


def test_closing_a_system_with_unwilling_processes_is_bounded(simulator, tmp_path, processes):
    ladder = StopLadder(eof_grace=0.2, term_grace=0.2, kill_grace=1.0, drain=0.2)
    installed = simulator(unwilling(Wait(), DEAF))
    with System(configuration={}, ladder=ladder, max_parallel=6) as system:
        options = {"executable": installed.path, "api_key": "x", "cwd": tmp_path}
        turns = [system.ask("hello", **options) for _ in range(6)]
        streams = [iter(turn) for turn in turns]
        for stream in streams:
            next(stream)
        assert timed(system.close) < 4
    assert [type(turn.outcome(0)) for turn in turns] == [Cancelled] * 6
    assert processes(*(record.pid for record in installed.launches())) == []


def _fields(deadlines):
    return {name: getattr(deadlines, name) for name in deadlines.__struct_fields__}
