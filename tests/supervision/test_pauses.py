"""Backoff and restart window, which sessions use as well."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.runtime import Backoff, RestartWindow


def test_e6_by_default_there_is_no_pause_before_the_first_attempt_then_they_double_up_to_a_cap():
    backoff, random = Backoff(jitter=0.0), Random(0)
    pauses = [backoff.delay(attempt, random) for attempt in range(1, 13)]
    assert pauses == pytest.approx([0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0])


@given(
    attempt=st.integers(-5, 10**9),
    fields=st.fixed_dictionaries(
        {
            "first": st.floats(0, 100),
            "base": st.floats(0, 100),
            "factor": st.floats(1, 1e300),
            "cap": st.floats(0, 100),
        }
    ),
    jitter=st.floats(0, 1),
    seed=st.integers(),
)
def test_e6_a_pause_is_between_its_jitter_and_the_cap(attempt, fields, jitter, seed):
    longest = Backoff(**fields, jitter=0.0).delay(attempt, Random(seed))
    pause = Backoff(**fields, jitter=jitter).delay(attempt, Random(seed))
    assert 0.0 <= longest <= fields["cap"]
    assert longest * (1 - jitter) * (1 - 1e-9) <= pause <= longest


@pytest.mark.parametrize(
    "fields",
    [
        {"first": -1.0},
        {"base": math.nan},
        {"factor": 0.5},
        {"factor": math.inf},
        {"cap": -0.1},
        {"cap": math.inf},
        {"jitter": 1.5},
    ],
)
def test_a_backoff_that_gives_no_pause_is_refused(fields):
    (name,) = fields
    with pytest.raises(ValueError, match=f"Backoff.{name}"):
        Backoff(**fields)


def test_f1_a_restart_that_is_exactly_a_period_old_counts():
    window = RestartWindow(1, 4.0)
    assert not window.enter(0.0)
    assert window.enter(4.0)


def test_f1_a_restart_that_is_any_older_does_not():
    window = RestartWindow(1, 4.0)
    assert not window.enter(0.0)
    assert not window.enter(math.nextafter(4.0, 5.0))


@given(
    intensity=st.integers(0, 5),
    period=st.integers(1, 20),
    gaps=st.lists(st.integers(0, 10), max_size=40),
)
def test_f1_it_is_too_many_when_more_than_intensity_are_within_the_period(intensity, period, gaps):
    window, moments, now = RestartWindow(intensity, period), [], 0
    for gap in gaps:
        now += gap
        moments.append(now)
        recent = sum(moment >= now - period for moment in moments)
        assert window.enter(now) is (recent > intensity)
        assert len(window) == recent


@pytest.mark.parametrize(
    ("intensity", "period"),
    [(-1, 1), (1.0, 1), (True, 1), (1, 0), (1, -1), (1, math.nan), (1, math.inf), (1, True)],
)
def test_f1_a_window_that_makes_no_sense_is_refused(intensity, period):
    with pytest.raises(ValueError, match="the restart"):
        RestartWindow(intensity, period)
