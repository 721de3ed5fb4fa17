"""The climb as a state machine, under virtual time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.runtime.dispatcher import ManualDispatcher
from greenroom.runtime.process import BRUTAL_KILL, Rung, StopLadder
from greenroom.runtime.process.stopping import Stopping

SECONDS = st.sampled_from([0.0, 0.25, 1.0, 3.0])
LADDERS = st.builds(StopLadder, eof_grace=SECONDS, term_grace=SECONDS, kill_grace=SECONDS)


class Climb:
    """Records which rung was reached when."""

    def __init__(self, dispatcher):
        self.dispatcher = dispatcher
        self.log = []
        actions = {rung: lambda rung=rung: self.note(rung) for rung in Rung}
        self.stopping = Stopping(dispatcher, actions, lambda: self.note("exhausted"))

    def note(self, what):
        self.log.append((self.dispatcher.clock.now(), what))


@pytest.fixture
def climb(manual):
    return Climb(manual)


def test_the_rungs_are_climbed_in_their_times(climb, manual):
    climb.stopping.request(StopLadder(), busy=False)
    manual.advance(60)
    assert climb.log == [
        (0.0, Rung.EOF),
        (2.0, Rung.TERMINATE),
        (7.0, Rung.KILL),
        (8.5, "exhausted"),
    ]


def test_a_busy_process_is_spared_the_first_rung(climb, manual):
    climb.stopping.request(StopLadder(), busy=True)
    manual.advance(60)
    assert climb.log == [(0.0, Rung.TERMINATE), (5.0, Rung.KILL), (6.5, "exhausted")]


def test_the_climb_ends_when_the_process_does(climb, manual):
    climb.stopping.request(StopLadder(), busy=False)
    manual.advance(3)
    climb.stopping.over()
    climb.stopping.request(BRUTAL_KILL, busy=True)
    manual.advance(60)
    assert [rung for _, rung in climb.log] == [Rung.EOF, Rung.TERMINATE]


def test_the_same_request_again_changes_nothing(climb, manual):
    for _ in range(5):
        climb.stopping.request(StopLadder(), busy=False)
        manual.advance(0.5)
    assert climb.log == [(0.0, Rung.EOF), (2.0, Rung.TERMINATE)]


def test_becoming_busy_leaves_the_first_rung(climb, manual):
    climb.stopping.request(StopLadder(), busy=False)
    manual.advance(1)
    climb.stopping.request(StopLadder(), busy=True)
    assert climb.log == [(0.0, Rung.EOF), (1.0, Rung.TERMINATE)]


def test_a_shorter_grace_counts_from_the_start_of_the_rung(climb, manual):
    climb.stopping.request(StopLadder(eof_grace=100), busy=False)
    manual.advance(1)
    climb.stopping.request(StopLadder(eof_grace=3), busy=False)
    manual.advance(2)
    assert climb.log[-1] == (3.0, Rung.TERMINATE)


@given(st.lists(st.tuples(LADDERS, st.booleans(), SECONDS), min_size=1, max_size=6))
@settings(deadline=None)
def test_whatever_is_asked_each_rung_comes_once_in_order_and_in_time(requests):
    manual = ManualDispatcher()
    climb = Climb(manual)
    for ladder, busy, pause in requests:
        climb.stopping.request(ladder, busy=busy)
        manual.advance(pause)
    manual.advance(100)
    order = [*Rung, "exhausted"]
    reached = [what for _, what in climb.log]
    assert reached == sorted(set(reached), key=order.index)
    assert reached[-2:] == [Rung.KILL, "exhausted"]
    first_ladder, first_busy, _ = requests[0]
    assert climb.log[-1][0] <= first_ladder.total(busy=first_busy)
    manual.close()
