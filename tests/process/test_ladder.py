"""The ladder as data."""

from __future__ import annotations

import pytest

from greenroom.runtime.process import BRUTAL_KILL, Rung, StopLadder


def test_the_end_of_input_is_left_out_while_busy():
    assert StopLadder().climbs(Rung.EOF, busy=False)
    assert not StopLadder().climbs(Rung.EOF, busy=True)


def test_the_kill_can_not_be_left_out():
    assert StopLadder(kill_grace=0).climbs(Rung.KILL, busy=True)


def test_a_brutal_kill_has_one_rung():
    assert [rung for rung in Rung if BRUTAL_KILL.climbs(rung, busy=False)] == [Rung.KILL]


def test_the_quicker_of_two_ladders_counts_on_every_rung():
    one = StopLadder(eof_grace=1, term_grace=9, kill_grace=1, drain=1)
    other = StopLadder(eof_grace=5, term_grace=2, kill_grace=1, drain=0)
    assert one.at_most(other) == StopLadder(eof_grace=1, term_grace=2, kill_grace=1, drain=0)


@pytest.mark.parametrize("name", ["eof_grace", "term_grace", "kill_grace", "drain"])
@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_a_time_that_runs_backwards_is_refused(name, seconds):
    with pytest.raises(ValueError, match=name):
        StopLadder(**{name: seconds})
