"""What a reader and the producer do at the same moment, step by step."""

import asyncio
import os
import threading
from collections import deque

import pytest

from greenroom import Overflow
from greenroom.turn.buffer import ASIDE

SOON_SECONDS = 5.0
SPILLING = [Overflow.SPILL, Overflow.COALESCE]


class SteppedQueue(deque):
    """A queue that is emptied before a reader who waits looks whether anything is there."""

    def __init__(self, batches):
        super().__init__(batches)
        self.reader = None
        self.may_look = threading.Event()
        self.looked = threading.Event()

    def __bool__(self):
        if threading.current_thread() is not self.reader:
            return len(self) > 0
        assert self.may_look.wait(SOON_SECONDS)
        found = len(self) > 0
        self.looked.set()
        return found

    def clear(self):
        super().clear()
        self.may_look.set()
        assert self.looked.wait(SOON_SECONDS)


class SteppedLock:
    """A lock before which something happens once."""

    def __init__(self, lock, before):
        self.lock = lock
        self.before = before

    def __enter__(self):
        before, self.before = self.before, lambda: None
        before()
        return self.lock.__enter__()

    def __exit__(self, *args):
        return self.lock.__exit__(*args)


class WatchedQueue(deque):
    """A queue that knows whether its stream's lock was held when anything was taken."""

    def __init__(self, stream):
        super().__init__(stream._queue)
        self.lock = stream._lock
        self.held = []

    def popleft(self):
        self.held.append(self.lock._is_owned())
        return super().popleft()

    def clear(self):
        self.held.append(self.lock._is_owned())
        super().clear()


def thread(function):
    started = threading.Thread(target=function, daemon=True)
    started.start()
    return started


# --- making room ------------------------------------------------------------------------


@pytest.mark.parametrize(("overflow", "text"), [(SPILLING[0], "|text"), (SPILLING[1], "text")])
def test_a_reader_that_looks_while_all_is_taken_out_is_woken(bench, overflow, text):
    resting = bench(overflow)
    stream, seen, on_its_way = resting.stream, [], threading.Event()
    stream._queue = queue = SteppedQueue(stream._queue)

    # It found nothing a while ago, and has its waker in place only when the stream is full.
    def read():
        on_its_way.wait(SOON_SECONDS)
        stream._wait()
        seen.append(next(resting.reader))

    queue.reader = reader = thread(read)
    while not resting.paused:
        resting.put(text)
    on_its_way.set()
    while not stream._wakers:
        reader.join(0.001)
    resting.make_way()
    reader.join(SOON_SECONDS)
    assert not reader.is_alive()
    assert seen[0].frames[0].startswith(text)


@pytest.mark.parametrize("overflow", SPILLING)
def test_nothing_is_taken_without_the_lock(bench, overflow):
    resting = bench(overflow)
    resting.stream._queue = queue = WatchedQueue(resting.stream)
    resting.fill()
    resting.make_way()
    resting.put("|more")
    resting.stream.stop_pausing()
    resting.finish()
    assert len(queue.held) > 2
    assert all(queue.held)


def test_a_batch_that_comes_when_a_reader_takes_the_last_of_the_spill_is_not_lost(bench):
    resting = bench()
    resting.fill()
    resting.make_way()
    stream = resting.stream

    def catch_up():
        while stream._spill is not None:
            resting.take()

    stream._lock = SteppedLock(stream._lock, catch_up)
    resting.put("|at that moment")
    assert (stream._spill, ASIDE in stream._queue) == (None, False)
    resting.finish()
    assert resting.seen == resting.sent


# --- reading the disk from an event loop ----------------------------------------------------


class SlowDisk:
    """A disk that gives nothing before it is told to."""

    def __init__(self):
        self.asked = threading.Event()
        self.ready = threading.Event()
        self.pread = os.pread

    def __call__(self, *args):
        self.asked.set()
        assert self.ready.wait(SOON_SECONDS)
        return self.pread(*args)


@pytest.fixture(name="disk")
def _disk(monkeypatch):
    disk = SlowDisk()
    monkeypatch.setattr(os, "pread", disk)
    return disk


@pytest.fixture(name="spilled")
def _spilled(bench):
    """A bench whose reader has come to the disk; nothing is put any more."""
    resting = bench()
    resting.fill()
    resting.make_way()
    for n in range(50):
        resting.put(f"|{n}")
    while resting.stream._queue[0] is not ASIDE:
        resting.take()
    resting.stream.end()
    return resting


async def come_to_the_disk(spilled, disk):
    """Return a task that has begun to read and waits for the disk."""

    async def read():
        return [frame async for batch in spilled.stream.abatches() for frame in batch.frames]

    task = asyncio.create_task(read())
    assert await asyncio.to_thread(disk.asked.wait, SOON_SECONDS)
    return task


def await_fetching():
    for one in threading.enumerate():
        if one.name == "greenroom-fetch":
            one.join(SOON_SECONDS)


def test_a_slow_disk_does_not_hold_up_the_event_loop_of_a_reader(spilled, disk):
    async def main():
        task = await come_to_the_disk(spilled, disk)
        disk.ready.set()
        return await task

    assert spilled.seen + asyncio.run(main()) == spilled.sent
    assert spilled.stream.exhausted


@pytest.mark.parametrize("fetched", [False, True])
def test_what_is_fetched_for_a_task_that_is_cancelled_goes_to_the_next_reader(
    spilled, disk, fetched
):
    async def main():
        task = await come_to_the_disk(spilled, disk)
        if fetched:  # and the task has not heard of it yet
            disk.ready.set()
            await_fetching()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    disk.ready.set()
    await_fetching()
    spilled.finish()
    assert spilled.seen == spilled.sent
    assert spilled.stream.exhausted


def test_a_system_without_a_thread_to_give_is_read_all_the_same(spilled, monkeypatch):
    def refuse(_self):
        raise RuntimeError("can't start new thread")

    async def main():
        return [frame async for batch in spilled.stream.abatches() for frame in batch.frames]

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert spilled.seen + asyncio.run(main()) == spilled.sent


def test_a_fault_in_fetching_is_raised_in_the_task(spilled, monkeypatch):
    def broken(*_args):
        raise MemoryError

    monkeypatch.setattr(os, "pread", broken)

    async def main():
        async for _ in spilled.stream.abatches():
            pass

    with pytest.raises(MemoryError):
        asyncio.run(main())
    monkeypatch.undo()
    spilled.finish()
    assert spilled.seen == spilled.sent
