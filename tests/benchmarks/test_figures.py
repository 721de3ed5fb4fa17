"""Medians, bars and exponents are what they are called."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.growth.fit import Fit
from benchmarks.result import Bar
from benchmarks.spread import Spread

costs = st.floats(min_value=1e-6, max_value=1e6)
exponents = st.floats(min_value=-3, max_value=3)
sizes = st.lists(st.integers(1, 10**6), min_size=3, max_size=9, unique=True)


@given(st.lists(costs, min_size=1, max_size=20))
def test_a_quarter_of_the_rounds_lies_to_either_side_of_a_spread(values):
    spread = Spread.of(values)
    assert spread.median == pytest.approx(statistics.median(values))
    assert min(values) <= spread.low <= spread.median <= spread.high <= max(values)
    quarter = math.ceil((len(values) - 1) / 4)
    assert sum(value < spread.low for value in values) <= quarter
    assert sum(value > spread.high for value in values) <= quarter


def test_a_ratio_is_taken_within_each_round():
    assert Spread.ratio([2, 40], [1, 10]) == Spread(3, 2.5, 3.5)


def test_rounds_without_a_partner_have_no_ratio():
    with pytest.raises(ValueError, match="shorter"):
        Spread.ratio([1, 2], [1])


@given(costs, costs)
def test_a_bar_is_held_by_the_median_alone(bound, median):
    spread = Spread(median, median / 2, median * 2)
    assert Bar.at_least(bound, "it", spread).held == (median >= bound)
    assert Bar.at_most(bound, "it", spread).held == (median <= bound)


@given(sizes, costs, exponents)
def test_a_power_law_is_found_exactly(sizes, factor, exponent):
    fit = Fit.of((size, factor * size**exponent) for size in sizes)
    assert fit.exponent == pytest.approx(exponent, abs=1e-6)
    assert fit.error == pytest.approx(0, abs=1e-6)
    assert fit.at(sizes[0]) == pytest.approx(factor * sizes[0] ** exponent)


@given(sizes, exponents, st.floats(0.01, 0.5))
def test_readings_that_scatter_evenly_leave_the_exponent_and_show_in_its_error(
    sizes, exponent, scatter
):
    points = [
        (size, size**exponent * math.exp(sign * scatter)) for size in sizes for sign in (-1, 1)
    ]
    fit = Fit.of(points)
    assert fit.exponent == pytest.approx(exponent, abs=1e-6)
    width = 2 * len(sizes) * statistics.pvariance([math.log(size) for size in sizes])
    expected = scatter * math.sqrt(len(points) / (len(points) - 2) / width)
    assert fit.error == pytest.approx(expected, rel=1e-6)
    assert fit.spread() == Spread(fit.exponent, fit.exponent - fit.error, fit.exponent + fit.error)


def test_two_points_make_a_line_without_an_error():
    assert Fit.of([(1, 5), (10, 50)]) == pytest.approx((1, 0, 5))


@pytest.mark.parametrize(
    ("points", "complaint"),
    [
        ([], "2 points or more, not 0"),
        ([(1, 1)], "2 points or more, not 1"),
        ([(7, 1), (7, 2), (7, 3)], "several sizes, not 7 alone"),
        ([(1, 1), (10, 0.0)], "must be positive"),
    ],
)
def test_points_that_have_no_exponent_are_refused(points, complaint):
    with pytest.raises(ValueError, match=complaint):
        Fit.of(points)
