"""A host that was paused as a whole: its clock stands still, and timers let the pipes go first."""

import threading

import pytest

from greenroom.runtime import HostClock, LoopDispatcher
from greenroom.runtime.pacemaker import Pacemaker


class Machine:
    """A machine whose time the test moves, and the pacemaker of a dispatcher on it."""

    def __init__(self):
        self.time = 100.0
        self.pauses = []
        self.clock = HostClock(lambda: self.time)
        self.pacemaker = Pacemaker(self.clock, self.pauses.append)

    def sleep_until_the_look(self, due, *, late=0.0):
        """Wake when a dispatcher would, or later; return whether timers may fire."""
        paused = self.clock.paused_seconds
        self.time = self.pacemaker.appoint(due) + paused + late
        return self.pacemaker.look()


@pytest.fixture(name="machine")
def _machine():
    return Machine()


def test_a_timer_fires_when_it_is_due_and_no_pause_is_seen(machine):
    assert machine.sleep_until_the_look(100.5)
    assert (machine.clock.now(), machine.pauses) == (100.5, [])


def test_a_dispatcher_without_timers_may_sleep_as_long_as_it_likes(machine):
    machine.sleep_until_the_look(100.5)
    machine.pacemaker.appoint(101.0)
    machine.pacemaker.dismiss()
    machine.time += 3600
    assert machine.pacemaker.look()
    assert machine.pauses == []


def test_far_timers_are_looked_at_every_second(machine):
    assert [machine.sleep_until_the_look(600.0) for _ in range(3)] == [True] * 3
    assert machine.clock.now() == 103.0


@pytest.mark.parametrize("late", [0.1, 1.9])
def test_being_a_little_late_is_no_pause(machine, late):
    assert machine.sleep_until_the_look(100.5, late=late)
    assert machine.pauses == []


@pytest.mark.parametrize("late", [2.5, 30.0, 3600.0])
def test_the_time_of_a_pause_does_not_count(machine, late):
    due = 120.0
    assert not machine.sleep_until_the_look(due, late=late)
    assert machine.pauses == [late]
    assert machine.clock.now() == pytest.approx(101.0)
    assert due - machine.clock.now() == pytest.approx(19.0)


def test_timers_that_were_nearly_due_rest_until_pipes_were_read(machine):
    assert not machine.sleep_until_the_look(100.2, late=30.0)
    assert not machine.pacemaker.look()
    assert machine.sleep_until_the_look(100.2)
    assert machine.clock.now() == pytest.approx(101.2)


def test_a_second_pause_right_after_the_first_does_not_count_either(machine):
    machine.sleep_until_the_look(100.2, late=30.0)
    machine.sleep_until_the_look(100.2, late=40.0)
    assert machine.pauses == pytest.approx([30.0, 40.0])
    assert machine.clock.now() == pytest.approx(101.2)


def test_where_every_look_is_late_timers_fire_all_the_same(machine):
    fired = [machine.sleep_until_the_look(100.2, late=3.0) for _ in range(6)]
    looks = [machine.pacemaker.look() for _ in range(2)]
    assert any(fired) or any(looks)


def test_the_clock_never_goes_back(machine):
    seen = []
    for late in (0.0, 5.0, 0.0, 2.1, 30.0, 0.0):
        machine.sleep_until_the_look(1000.0, late=late)
        seen.append(machine.clock.now())
    assert seen == sorted(seen)


def test_a_dispatcher_that_was_held_up_reports_it_and_delays_its_timers(monkeypatch):
    """The clock of the machine jumps; the timer is due only in the time that the host ran."""
    with LoopDispatcher() as dispatcher:
        clock, reported, fired = dispatcher.clock, threading.Event(), threading.Event()
        monkeypatch.setattr(
            "greenroom.runtime.dispatcher.loop.report_warning", lambda *_, **__: reported.set()
        )
        before, paused = clock.now(), 1000.0
        timer = dispatcher.call_later(20.0, fired.set)
        ready = threading.Event()
        dispatcher.call_soon(ready.set)
        assert ready.wait(5)
        really = clock._monotonic
        clock._monotonic = lambda: really() + paused
        assert reported.wait(5)
        assert clock.now() - before < 10
        assert timer.pending
        assert not fired.is_set()
