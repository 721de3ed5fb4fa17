"""Whatever the policy, a reader gets every frame once and in order, and memory is bounded."""

import asyncio
import errno
import gc
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom import Overflow
from greenroom.runtime import LoopDispatcher, ManualDispatcher
from greenroom.turn import Stream
from greenroom.turn.spill_file import SpillFile
from greenroom.turn.weight import weight
from greenroom.values.backlog import Backlog
from greenroom_protocol import Batch, Oversize

POLICIES = [Overflow.SPILL, Overflow.COALESCE, Overflow.PAUSE]
SPILLING = [Overflow.SPILL, Overflow.COALESCE]


MEMORY = 4096
A_READ = 8 * (300 + 256)
"""What one `put` of a script weighs at most."""


def held(stream):
    """What unread frames weigh that are in memory."""
    return stream._total - stream._allowed + stream.backlog.memory


def open_files():
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


# --- the content ------------------------------------------------------------------------

TEXTS = st.text(alphabet="ab|", min_size=1, max_size=300)
STEPS = st.lists(
    st.one_of(
        st.lists(TEXTS, min_size=1, max_size=8),
        st.sampled_from(["take", "take", "take", "rest", "interrupt"]),
    ),
    max_size=80,
)


def play(bench, steps):
    """Play a script; return the most that was held in memory."""
    bench.put("|first")
    bench.take()
    most = 0
    for step in steps:
        if step == "take":
            bench.take()
        elif step == "rest":
            bench.make_way()
        elif step == "interrupt":
            bench.stream.stop_pausing()
            bench.producer.paused = False
        elif not bench.paused:
            bench.put(*step)
        most = max(most, held(bench.stream))
    bench.finish()
    return most


@pytest.mark.parametrize("overflow", POLICIES)
@given(steps=STEPS, disk=st.sampled_from([40, 700, 3000, 1 << 20]))
def test_the_content_is_the_same_whatever_the_policy_and_the_pace(
    bench_class, overflow, steps, disk
):
    with ManualDispatcher() as dispatcher:
        bench = bench_class(dispatcher, overflow, memory=MEMORY, disk=disk)
        most = play(bench, [step for step in steps if step != "interrupt"])
        assert "".join(bench.seen) == "".join(bench.sent)
        assert bench.stream.exhausted
        assert (bench.stream.lost_frames, held(bench.stream)) == (0, 0)
        assert most <= MEMORY + A_READ
        if overflow is not Overflow.COALESCE:
            assert bench.seen == bench.sent


@pytest.mark.parametrize("overflow", SPILLING)
@given(steps=STEPS)
def test_after_an_interrupt_nothing_is_lost_as_long_as_the_disk_takes_it(
    bench_class, overflow, steps
):
    with ManualDispatcher() as dispatcher:
        bench = bench_class(dispatcher, overflow, memory=MEMORY)
        most = play(bench, steps)
        assert "".join(bench.seen) == "".join(bench.sent)
        assert bench.stream.lost_frames == 0
        assert most <= 2 * MEMORY + A_READ


@pytest.mark.parametrize("way", ["thread", "asyncio"])
@pytest.mark.parametrize("overflow", SPILLING)
def test_a_slow_reader_gets_all_in_order_while_the_producer_floods(keeper, overflow, way):
    count, relieved, started = 30_000, threading.Event(), threading.Event()
    with LoopDispatcher() as dispatcher:
        stream = Stream(
            Backlog(overflow=overflow, memory=200_000, disk=1_000_000),
            on_relief=relieved.set,
            dispatcher=dispatcher,
            keeper=keeper,
        )

        def flood():
            started.wait(10)
            for n in range(count):
                relieved.clear()
                if put(n):
                    continue
                while not relieved.wait(0.02):
                    call(stream.make_way)
            call(stream.end)

        def call(function, *args):
            done, answer = threading.Event(), []
            dispatcher.call_soon(lambda: (answer.append(function(*args)), done.set()))
            assert done.wait(10)
            return answer[0]

        def put(n):
            frame = f"|{n}" if n % 3 else f"{n},"
            return call(stream.put, Batch(frames=[frame], block=frame.encode()))

        producer = threading.Thread(target=flood)
        producer.start()
        seen = _read(stream, started) if way == "thread" else asyncio.run(_aread(stream, started))
        producer.join(20)
    assert stream.lost_frames == 0
    assert "".join(seen) == "".join(f"|{n}" if n % 3 else f"{n}," for n in range(count))
    assert stream.lost_frames == 0


def _read(stream, started):
    frames, pace = [], threading.Event()
    batches = stream.batches()
    threading.Timer(0.05, started.set).start()
    for number, batch in enumerate(batches):
        frames += batch.frames
        if number % 500 == 0:
            pace.wait(0.05)
    return frames


async def _aread(stream, started):
    frames, number = [], 0
    asyncio.get_running_loop().call_later(0.05, started.set)
    async for batch in stream.abatches():
        frames += batch.frames
        number += 1
        if number % 500 == 0:
            await asyncio.sleep(0.05)
    return frames


# --- spilling ---------------------------------------------------------------------------


@pytest.mark.parametrize("overflow", SPILLING)
def test_a_producer_whose_reader_rests_goes_on_once_the_disk_has_what_is_too_much(bench, overflow):
    resting = bench(overflow)
    resting.fill()
    assert resting.relieved == 0
    resting.make_way()
    assert (resting.relieved, resting.paused) == (1, False)
    for _ in range(1000):
        resting.put("|more", "|and more")
        assert not resting.paused
    resting.finish()
    assert "".join(resting.seen) == "".join(resting.sent)


def test_a_policy_of_pausing_pauses_for_as_long_as_the_reader_rests(bench):
    resting = bench(Overflow.PAUSE)
    resting.fill()
    resting.make_way()
    assert (resting.relieved, resting.paused) == (0, True)
    while resting.paused:
        resting.take()
    assert resting.relieved == 1


def test_joined_frames_make_room_without_a_file(bench):
    before = open_files()
    resting = bench(Overflow.COALESCE)
    while not resting.paused:
        resting.put("some text ")
    resting.make_way()
    assert (resting.relieved, resting.paused) == (1, False)
    for _ in range(100):
        resting.put("and more ")
        assert not resting.paused
    assert open_files() == before
    resting.finish()
    assert "".join(resting.seen) == "".join(resting.sent)
    assert len(resting.seen) < 30


def test_a_disk_that_is_used_up_holds_the_producer_back_until_it_is_half_read(bench):
    resting = bench(disk=10_000)
    while not resting.paused:
        resting.fill()
        resting.make_way()
    assert sum(map(len, resting.sent)) > 9_000  # the records have heads
    resting.make_way()
    assert resting.paused
    while resting.paused:
        resting.take()
    assert "".join(resting.seen) != "".join(resting.sent)
    resting.finish()
    assert resting.seen == resting.sent


@pytest.fixture(name="full_disk")
def _full_disk(monkeypatch):
    """A disk that is full from the moment its list is not empty."""
    full, write = [], os.pwrite

    def pwrite(fd, data, offset):
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fd, data, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    return full


@pytest.mark.parametrize("when", ["from the start", "later"])
def test_a_disk_that_refuses_holds_the_producer_back_and_loses_nothing(bench, full_disk, when):
    resting = bench()
    if when == "later":
        resting.fill()
        resting.make_way()
        assert not resting.paused
    full_disk.append(True)
    while not resting.paused:
        resting.fill()
        resting.make_way()
    assert held(resting.stream) <= MEMORY + 400
    full_disk.clear()
    while resting.paused:
        resting.take()
    resting.finish()
    assert resting.seen == resting.sent
    assert resting.stream.lost_frames == 0


def test_what_a_broken_disk_does_not_give_back_is_counted(bench, monkeypatch):
    resting = bench()
    resting.fill()
    resting.make_way()
    for n in range(20):
        resting.put(f"|{n}")

    def pread(*_args):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pread", pread)
    resting.finish()
    assert resting.seen == resting.sent[: len(resting.seen)]
    assert resting.stream.lost_frames == len(resting.sent) - len(resting.seen) > 20


def test_an_interrupted_turn_whose_disk_refuses_drops_and_counts(bench, full_disk):
    full_disk.append(True)
    resting = bench()
    resting.fill()
    resting.stream.stop_pausing()
    for n in range(100):
        resting.put(f"|{n}")
        assert not resting.paused
    assert held(resting.stream) <= 2 * MEMORY
    resting.finish()
    assert resting.stream.lost_frames == len(resting.sent) - len(resting.seen) > 0
    assert resting.seen[-1] == "|99"


@pytest.mark.parametrize("overflow", POLICIES)
def test_a_producer_that_does_not_pause_when_it_should_is_bounded_all_the_same(bench, overflow):
    resting = bench(overflow, disk=1000)
    for _ in range(300):
        resting.put("|" + "x" * 100_000)
    assert held(resting.stream) < 9 * 1024 * 1024
    resting.finish()
    assert len(resting.seen) + resting.stream.lost_frames == 301
    assert resting.stream.lost_frames > 200


def test_an_overlong_line_comes_back_as_such(bench):
    resting = bench()
    resting.fill()
    resting.make_way()
    long = Oversize(size=100_000_000, head=b'{"type":')
    resting.stream.put(Batch(frames=[long], block=long.head))
    resting.dispatcher.run_until_idle()
    resting.finish()
    assert resting.seen == [*resting.sent, long]


def test_a_batch_larger_than_the_disk_is_kept_in_memory(bench):
    resting = bench(disk=100)
    resting.put("x" * 5000)
    resting.make_way()
    assert resting.paused
    resting.finish()
    assert resting.seen == resting.sent


# --- what is left behind --------------------------------------------------------------------


@pytest.mark.parametrize("ended", [False, True])
def test_an_abandoned_stream_leaves_no_descriptor_and_no_file(bench, tmp_path, monkeypatch, ended):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = open_files()
    resting = bench()
    resting.fill()
    resting.make_way()
    assert len(open_files() - before) == 1
    assert list(tmp_path.iterdir()) == []
    if ended:
        resting.stream.end()
    gc.disable()
    del resting
    assert open_files() == before
    gc.enable()


def test_a_stream_that_was_read_to_its_end_holds_no_descriptor(bench):
    before = open_files()
    resting = bench()
    resting.fill()
    resting.make_way()
    resting.finish()
    assert open_files() == before


def test_the_file_is_private_and_not_inherited(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = SpillFile(100)
    file.write(0, b"secret")
    assert os.fstat(file._fd).st_mode & 0o777 == 0o600
    assert not os.get_inheritable(file._fd)
    assert os.fstat(file._fd).st_nlink == 0


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_what_is_written_around_the_end_of_the_ring_is_read_again(pieces):
    file, at = SpillFile(50), 0
    for piece in pieces:
        file.write(at, piece)
        assert not piece or file.read(at, len(piece)) == piece
        at += len(piece)


def test_several_readers_share_what_was_spilled(bench):
    resting = bench()
    other = resting.stream.batches()
    resting.fill()
    resting.make_way()
    while not resting.paused and len(resting.sent) < 500:
        resting.put("|more")
    resting.stream.end()
    shares = [[], []]
    readers = [resting.reader, other]
    for turn in range(10_000):
        batch = next(readers[turn % 2], None)
        if batch is None:
            break
        shares[turn % 2] += batch.frames
    assert sorted(shares[0] + shares[1]) == sorted(resting.sent[1:])
    assert all(map(len, shares))


def test_a_batch_weighs_its_bytes_and_a_fixed_amount_for_each_frame():
    assert weight(Batch(frames=[1, 2, 3], block=b"x" * 100)) == 100 + 3 * 256
