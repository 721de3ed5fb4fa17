"""What a turn costs its host in calls, which are the same on every machine; and each frame of it.

The bounds lie a little above what is measured. What exceeds one shows all its calls.
"""

from __future__ import annotations

import pytest

from tests.cost.census import at_most
from tests.cost.conftest import read

FLOOD = 6_000


def total(calls):
    """How many calls all threads made."""
    return sum(sum(one.python.values()) + sum(one.c.values()) for one in calls)


@pytest.fixture(name="counted")
def _counted(session, census):
    """A function that reads a turn of so many frames and returns the census of its cheapest run."""

    def counted(frames):
        return min((count(frames) for _ in range(3)), key=total)

    def count(frames):
        with census.counting():
            assert read(session, frames) == frames + 2  # init and result
        return census.here, census.elsewhere

    return counted


def test_a_small_turn_takes_the_caller_few_calls(counted):
    here, _ = counted(1)
    at_most(85, here.python, "caller of a small turn, in Python")
    at_most(40, here.c, "caller of a small turn, in C")


def test_a_small_turn_takes_the_dispatcher_few_calls(counted):
    _, dispatcher = counted(1)
    at_most(430, dispatcher.python, "dispatcher in a small turn, in Python")
    at_most(310, dispatcher.c, "dispatcher in a small turn, in C")


def test_a_small_turn_takes_few_system_calls(counted):
    here, dispatcher = counted(1)
    at_most(10, here.system + dispatcher.system, "system calls of a small turn")


def test_a_small_turn_wakes_its_reader_at_most_twice(counted):
    here, _ = counted(1)
    assert here.c["_thread.lock.acquire"] <= 2, "once for the frames and once for the outcome"


def test_a_frame_takes_its_reader_one_call(counted):
    small, _ = counted(0)
    large, _ = counted(FLOOD)
    at_most(1.03 * FLOOD, large.python - small.python, f"reader of {FLOOD} frames, in Python")
    at_most(0.04 * FLOOD, large.c - small.c, f"reader of {FLOOD} frames, in C")


def test_a_frame_takes_the_dispatcher_no_call_but_one_in_c(counted):
    _, small = counted(0)
    _, large = counted(FLOOD)
    at_most(0.08 * FLOOD, large.python - small.python, f"dispatcher for {FLOOD} frames, in Python")
    at_most(1.05 * FLOOD, large.c - small.c, f"dispatcher for {FLOOD} frames, in C")


def test_a_read_is_one_batch_and_not_one_message_per_frame(counted):
    here, dispatcher = counted(FLOOD)
    reads = dispatcher.c["posix.readv"]
    turns = dispatcher.python["cell.py:Cell.drain"]
    assert reads <= 20, f"{reads} reads for {FLOOD} frames"
    assert turns <= 10 + 2 * reads, f"{turns} turns of actors for {reads} reads"
    assert here.c["_thread.lock.acquire"] <= 2 + 2 * reads, "the reader is woken once a batch"
