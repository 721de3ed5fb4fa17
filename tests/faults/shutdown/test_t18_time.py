"""T18: a host that was paused, a wall clock that jumps, a machine with far too much to do."""

import os
import subprocess
import sys
import time

import pytest

PAUSED = """
deadlines = Deadlines(start=9, first_event=9, silence=5, total=9)
with System(configuration={}) as system:
    sessions = [system.session(deadlines=deadlines, **given) for _ in range(10)]
    turns = [session.ask("wait") for session in sessions]
    for turn in turns:
        frames = iter(turn)
        next(frames), next(frames)
        readers.append(frames)
    say("ready", *(session.info.pid for session in sessions))
    paused = time.monotonic()
    while time.monotonic() - paused < 3:  # looks every moment, so it knows a pause from waiting
        before = time.monotonic()
        time.sleep(0.01)
        if time.monotonic() - before > 3:
            break
    time.sleep(0.5)
    say("timed out", sum(turn.done for turn in turns))
    for turn in turns:
        turn.interrupt()
    say({type(turn.outcome(10)).__name__ for turn in turns})
"""


@pytest.mark.parametrize("agents_too", [False, True], ids=["the host alone", "all of it"])
def test_a_pause_longer_than_every_deadline_times_no_turn_out(host, agents_too):
    running = host(PAUSED)
    agents = [int(pid) for pid in running.line("ready").split()]
    running.pause(10.0, agents if agents_too else [])
    assert running.line("timed out") == "0"
    assert running.end() == 0
    assert running.out[-1] == "{'Cancelled'}"
    assert "host_was_paused" in running.err
    running.leaves_nothing()


def test_a_turn_that_fell_silent_times_out_after_a_pause_all_the_same(host):
    running = host(
        """
with System(configuration={}) as system:
    turn = system.session(deadlines=Deadlines(silence=2, interrupt=0.5), **given).ask("deaf")
    frames = iter(turn)
    next(frames), next(frames)
    say("ready")
    outcome = turn.outcome(20)
    say(type(outcome).__name__)
"""
    )
    running.line("ready")
    running.pause(4.0)
    began = time.monotonic()
    running.line("TimedOut")
    assert time.monotonic() - began < 5
    assert running.end() == 0
    running.leaves_nothing()


FAKE_WALL_CLOCK = """
import time as _time
_real, _shift = _time.time, [0.0]
_time.time = lambda: _real() + _shift[0]
_time.time_ns = lambda: int(_time.time() * 1e9)
"""


@pytest.mark.parametrize("shift", [3600.0, -3600.0, 1e9])
def test_jumps_of_the_wall_clock_do_nothing(run, shift):
    done = run(
        FAKE_WALL_CLOCK
        + f"""
with System(configuration={{}}) as system:
    session = system.session(deadlines=Deadlines(silence=5, total=20), **given)
    assert session.ask("hello").text(10) == "hello"
    turn = session.ask("wait")
    frames = iter(turn)
    next(frames), next(frames)
    _shift[0] = {shift}
    time.sleep(1.2)
    assert not turn.done
    turn.interrupt()
    say(type(turn.outcome(5)).__name__)
    say(session.ask("hello").text(10))
"""
    )
    assert (done.out, done.code, done.err) == (["Cancelled", "hello"], 0, "")


def test_turns_end_well_on_a_machine_with_ten_times_too_much_to_do(run):
    hogs = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
        for _ in range(10 * (os.cpu_count() or 1))
    ]
    try:
        done = run(
            """
with System(configuration={}, max_parallel=10) as system:
    turns = [system.ask("hello", **given) for _ in range(20)]
    say({type(turn.outcome(25)).__name__ for turn in turns})
"""
        )
    finally:
        for hog in hogs:
            hog.kill()
        for hog in hogs:
            hog.wait()
    assert (done.out[-1], done.code) == ("{'Completed'}", 0)
