"""What a turn waits for beside the CLI, however much the CLI says about it."""

import sys

import pytest

from greenroom.request.waits import Waits


@pytest.fixture(name="waits")
def _waits():
    return Waits()


def test_calls_are_waited_for_until_each_is_over(waits):
    waits.begin(["a", "b"])
    waits.end(["a", "unknown"])
    assert waits
    waits.end(["b"])
    assert not waits


def test_the_end_of_all_calls_is_not_the_end_of_the_wait_for_the_reader(waits):
    waits.begin(["a", "b"])
    waits.hold()
    waits.end_all()
    assert waits
    waits.release()
    assert not waits


def test_a_cli_that_opens_calls_without_end_costs_a_fixed_amount(waits):
    for number in range(20_000):
        waits.begin([f"{number}" * 100])
    assert len(waits._calls) == 10_000
    assert sys.getsizeof(waits._calls) < 1_000_000
    waits.end(f"{number}" * 100 for number in range(10_000))
    assert not waits
