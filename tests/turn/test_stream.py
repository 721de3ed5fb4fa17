"""A stream keeps every frame in order for its reader, and costs a bounded amount of memory."""

import asyncio
import threading

from greenroom.turn import Stream
from greenroom_protocol import Batch


def batch(*frames, size=10):
    return Batch(frames=list(frames), block=b"x" * size)


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
    stream = Stream(limit=25)
    for n in range(5):
        assert stream.put(batch(n))
    stream.end()
    assert frames_of(stream.batches()) == [3, 4]
    assert stream.lost_frames == 3


def test_dropping_never_eats_the_end():
    stream = Stream(limit=5)
    stream.put(batch("big", size=100))
    stream.end()
    assert list(stream.batches()) == []


def test_a_reader_that_is_behind_makes_the_producer_pause_and_relieves_it_at_half():
    relieved = []
    stream = Stream(limit=25, on_relief=lambda: relieved.append(True))
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
    stream = Stream(limit=5, on_relief=lambda: relieved.append(True))
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
