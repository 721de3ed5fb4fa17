"""A stream keeps every frame in order for its reader, and costs a bounded amount of memory."""

import asyncio
import gc
import threading
from contextlib import aclosing

import pytest

from greenroom import Backlog
from greenroom.turn import Stream
from greenroom.turn.weight import FRAME_BYTES
from greenroom_protocol import Batch


def batch(*frames, size=10):
    """A batch that weighs `size` times as much as a frame."""
    return Batch(frames=list(frames), block=b"x" * FRAME_BYTES * (size - len(frames)))


def limit(size):
    """A backlog of that many frames without content."""
    return Backlog(memory=FRAME_BYTES * size)


def frames_of(batches):
    return [frame for one in batches for frame in one.frames]


def test_a_reader_gets_all_batches_in_order_and_then_the_end():
    stream = Stream()
    for n in range(3):
        assert stream.put(batch(n))
    stream.end()
    assert frames_of(stream.batches()) == [0, 1, 2]
    assert stream.exhausted


def test_a_thread_that_waits_is_woken_by_each_batch():
    stream, seen, got_one = Stream(), [], threading.Event()

    def read():
        for one in stream.batches():
            seen.extend(one.frames)
            got_one.set()

    reader = threading.Thread(target=read)
    reader.start()
    stream.put(batch("a"))
    assert got_one.wait(5)
    stream.put(batch("b"))
    stream.end()
    reader.join(5)
    assert seen == ["a", "b"]


def test_an_asyncio_task_that_waits_is_woken_from_another_thread():
    stream = Stream()

    async def read():
        threading.Thread(target=lambda: (stream.put(batch(1)), stream.end())).start()
        return [frame async for one in stream.abatches() for frame in one.frames]

    assert asyncio.run(asyncio.wait_for(read(), 5)) == [1]


def test_ten_thousand_batches_reach_an_asyncio_reader_without_loss():
    stream = Stream()

    def write():
        for n in range(10_000):
            stream.put(batch(n, size=1))
        stream.end()

    async def read():
        threading.Thread(target=write).start()
        return [frame async for one in stream.abatches() for frame in one.frames]

    assert asyncio.run(read()) == list(range(10_000))


def test_the_end_reaches_every_reader():
    stream = Stream()
    stream.end()
    assert list(stream.batches()) == []
    assert list(stream.batches()) == []


def test_ending_twice_is_ending_once():
    stream = Stream()
    stream.end()
    stream.end()
    assert list(stream.batches()) == []


def test_without_a_reader_the_oldest_batches_are_dropped_and_counted():
    stream = Stream(limit(25))
    for n in range(5):
        assert stream.put(batch(n))
    stream.end()
    assert frames_of(stream.batches()) == [3, 4]
    assert stream.lost_frames == 3


def test_dropping_never_eats_the_end():
    stream = Stream(limit(5))
    stream.put(batch("big", size=100))
    stream.end()
    assert list(stream.batches()) == []


def test_a_reader_that_is_behind_makes_the_producer_pause_and_relieves_it_at_half():
    relieved = []
    stream = Stream(limit(25), on_relief=lambda: relieved.append(True))
    reader = stream.batches()
    stream.put(batch(0))
    assert next(reader).frames == [0]
    assert [stream.put(batch(n)) for n in (1, 2, 3)] == [True, True, False]
    assert not relieved
    next(reader)
    assert not relieved
    next(reader)
    assert relieved == [True]
    assert stream.lost_frames == 0


def test_a_reader_that_leaves_relieves_the_producer():
    relieved = []
    stream = Stream(limit(5), on_relief=lambda: relieved.append(True))
    reader = stream.batches()
    stream.put(batch(0, size=1))
    next(reader)
    assert not stream.put(batch(1))
    reader.close()
    assert relieved == [True]


def test_an_asyncio_reader_whose_loop_is_gone_does_not_disturb_the_producer():
    stream = Stream()

    async def read_and_give_up():
        task = asyncio.create_task(anext(stream.abatches()))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(read_and_give_up())
    assert stream.put(batch(1))


@pytest.fixture(name="relieved")
def _relieved():
    return []


@pytest.fixture(name="pausing")
def _pausing(relieved):
    """A stream of 25 units whose producer can pause, and does at the third batch of ten."""
    return Stream(limit(25), on_relief=lambda: relieved.append(True))


def begin(stream, frame="first"):
    """Start a reader that has taken one small batch."""
    reader = stream.batches()
    stream.put(batch(frame, size=1))
    assert next(reader).frames == [frame]
    return reader


# --- a producer that cannot pause -------------------------------------------------------


def test_a_slow_reader_of_a_stream_that_cannot_pause_loses_the_oldest_and_counts_them():
    stream = Stream(limit(25))
    reader = begin(stream)
    assert all(stream.put(batch(n)) for n in range(1000))
    stream.end()
    assert frames_of(reader) == [998, 999]
    assert stream.lost_frames == 998


def test_a_stream_that_stopped_pausing_drops_the_oldest_and_relieves_nobody(pausing, relieved):
    reader = begin(pausing)
    assert [pausing.put(batch(n)) for n in range(3)] == [True, True, False]
    pausing.stop_pausing()
    pausing.stop_pausing()
    assert [pausing.put(batch(n)) for n in range(3, 6)] == [True, True, True]
    pausing.end()
    assert frames_of(reader) == [4, 5]
    assert (pausing.lost_frames, relieved) == (4, [])


def test_a_reader_that_catches_up_loses_nothing_when_pausing_stopped(pausing, relieved):
    reader = begin(pausing)
    assert [pausing.put(batch(n)) for n in range(3)] == [True, True, False]
    pausing.stop_pausing()
    assert [next(reader).frames for _ in range(3)] == [[0], [1], [2]]
    assert pausing.put(batch(3))
    reader.close()
    assert (pausing.lost_frames, relieved) == (0, [])


# --- several readers ----------------------------------------------------------------------


def test_a_reader_that_leaves_does_not_make_the_others_lose_frames(pausing, relieved):
    stays, leaves = begin(pausing), begin(pausing)
    leaves.close()
    assert [pausing.put(batch(n)) for n in range(3)] == [True, True, False]
    pausing.end()
    assert frames_of(stays) == [0, 1, 2]
    assert (pausing.lost_frames, relieved) == (0, [True])


def test_only_the_last_reader_to_leave_relieves_the_producer(pausing, relieved):
    first, second = begin(pausing), begin(pausing)
    assert [pausing.put(batch(n)) for n in range(3)] == [True, True, False]
    first.close()
    assert relieved == []
    second.close()
    assert relieved == [True]


def test_a_producer_that_pauses_is_relieved_though_it_brings_what_was_on_its_way(pausing, relieved):
    reader = begin(pausing)
    assert [pausing.put(batch(n)) for n in range(4)] == [True, True, False, False]
    next(reader)
    next(reader)
    assert pausing.put(batch(4, size=1))
    assert not relieved
    next(reader)
    assert relieved == [True]


# --- forgotten readers ----------------------------------------------------------------------


def test_a_reader_that_is_collected_in_a_locked_region_does_not_deadlock(pausing, relieved):
    forgotten = [begin(pausing)]
    forgotten.append(forgotten)
    assert [pausing.put(batch(n)) for n in range(3)] == [True, True, False]
    del forgotten
    with pausing._lock:  # where the collector may start
        gc.collect()
    assert relieved == [True]


def test_an_asyncio_reader_that_gives_up_waiting_leaves_nothing_behind():
    stream = Stream()

    async def give_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(stream.abatches()), 0.01)

    asyncio.run(give_up())
    assert not stream._wakers


# --- iterating ------------------------------------------------------------------------------


def test_a_stream_iterates_its_frames_in_both_ways():
    async def gather(stream):
        return [frame async for frame in stream]

    def filled():
        stream = Stream()
        stream.put(batch(1, 2))
        stream.put(batch(3))
        stream.end()
        return stream

    assert list(filled()) == asyncio.run(gather(filled())) == [1, 2, 3]


def test_leaving_an_iteration_releases_the_producer_and_leaves_the_other_batches(pausing, relieved):
    pausing.put(batch("a", "skipped"))
    pausing.put(batch("b"))
    for frame in pausing:
        assert frame == "a"
        assert not pausing.put(batch("c", "d", size=20))
        break
    assert relieved == [True]
    pausing.end()
    assert list(pausing) == ["b", "c", "d"]


def test_leaving_an_async_iteration_leaves_the_other_batches():
    stream = Stream()
    stream.put(batch("a"))
    stream.put(batch("b"))
    stream.end()

    async def first():
        async with aclosing(aiter(stream)) as frames:
            return await anext(frames)

    assert asyncio.run(first()) == "a"
    assert stream._readers == 0
    assert list(stream) == ["b"]


def test_other_tasks_run_while_an_asyncio_reader_works_off_a_backlog():
    stream, turns = Stream(), []
    for n in range(10):
        stream.put(batch(n))
    stream.end()

    async def count():
        while True:
            turns.append(True)
            await asyncio.sleep(0)

    async def read():
        counting = asyncio.create_task(count())
        frames = [frame async for frame in stream]
        counting.cancel()
        return frames

    assert asyncio.run(read()) == list(range(10))
    assert len(turns) >= 9
