"""What nobody can read any more is freed at once, without the garbage collector."""

import asyncio
import gc
import weakref
from contextlib import aclosing

import pytest

from greenroom.runtime import Future
from greenroom.turn import Stream, Turn
from greenroom.values.outcomes import Cancelled
from greenroom_protocol import Batch


class Frame:
    """A frame whose end can be seen."""


@pytest.fixture(name="alive", autouse=True)
def _alive():
    """References to what must not outlive its turn; the collector rests meanwhile."""
    alive = weakref.WeakSet()
    gc.collect()
    gc.disable()
    yield alive
    gc.enable()


@pytest.fixture(name="make")
def _make(alive):
    def make(outcome=None):
        stream, future = Stream(), Future()
        for frame in (Frame(), Frame()):
            alive.add(frame)
            stream.put(Batch(frames=[frame], block=b"x"))
        if outcome is not None:
            future.set(outcome)
            stream.end()
        turn = Turn("t1", stream=stream, outcome=future, vocabulary=None, interrupt=[].append)
        alive.add(turn)
        return turn

    return make


def test_a_turn_that_is_dropped_is_freed_with_its_frames(make, alive):
    turn = make()
    assert len(alive) == 3
    del turn
    assert not list(alive)


def test_a_turn_that_was_left_early_is_freed(make, alive):
    turn = make()
    for _frame in turn:
        break
    del turn, _frame
    assert not list(alive)


def test_a_derived_stream_needs_no_turn_and_frees_the_frames(make, alive):
    flow = make().filter(Frame).map(id)
    assert [type(each) for each in alive if isinstance(each, Turn)] == []
    assert next(iter(flow)) > 0
    del flow
    assert not list(alive)


def test_a_failure_that_was_raised_does_not_hold_its_turn(make, alive):
    def ask():
        turn = make(outcome=Cancelled("no"))
        with pytest.raises(Cancelled):
            turn.result()

    ask()
    assert not list(alive)


def test_a_failure_that_was_awaited_does_not_hold_its_turn(make, alive):
    async def ask():
        turn = make(outcome=Cancelled("no"))
        try:
            await turn
        except Cancelled:
            return

    asyncio.run(ask())
    assert not list(alive)


def test_an_async_iteration_that_is_closed_frees_the_turn(make, alive):
    async def look():
        turn = make()
        async with aclosing(turn.aread()) as batches:
            await anext(batches)
        assert turn._source.stream._readers == 0

    asyncio.run(look())
    assert not list(alive)
