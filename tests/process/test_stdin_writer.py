"""The out-queue in front of a pipe."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.runtime.dispatcher import ManualDispatcher
from greenroom.runtime.process import OutQueueFull
from greenroom.runtime.process.stdin_writer import StdinWriter


def nothing():
    """Nobody asks."""


@pytest.fixture
def pipe(manual):
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    writer = StdinWriter(manual, nothing, max_weight=2000)
    yield writer, writing, reading
    writer.abort()
    os.close(reading)


FULL = b"x" * 100_000


def test_a_message_that_does_not_fit_is_refused_whole_and_later_taken(manual, pipe):
    writer, writing, reading = pipe
    writer.open(writing)
    writer.write(FULL)
    writer.write(b"y" * 1500)
    with pytest.raises(OutQueueFull) as caught:
        writer.write(b"z" * 101)
    assert caught.value.waiting_bytes == len(FULL) - len(os.read(reading, 200_000)) + 1500
    manual.run_until_idle()
    os.read(reading, 200_000)
    assert writer.write(b"z" * 101)
    assert os.read(reading, 200_000) == b"z" * 101


def test_what_waits_behind_a_large_message_has_room_of_its_own(pipe):
    writer, writing, _ = pipe
    writer.open(writing)
    writer.write(FULL)
    assert writer.write(FULL)
    with pytest.raises(OutQueueFull):
        writer.write(b"x")


def test_a_message_larger_than_the_queue_is_taken_when_nothing_waits(pipe):
    writer, writing, _ = pipe
    writer.open(writing)
    assert writer.write(FULL)


def test_the_number_of_messages_is_bounded_before_the_pipe_is_open(pipe):
    writer, writing, _ = pipe
    for _ in range(1 + 2000 // (1 + 256)):
        writer.write(b"x")
    with pytest.raises(OutQueueFull) as caught:
        writer.write(b"x")
    assert (caught.value.messages, caught.value.waiting_bytes) == (8, 8)
    writer.open(writing)


def test_the_answers_to_ten_thousand_questions_at_once_are_taken(manual):
    writer = StdinWriter(manual, nothing)
    assert all(writer.write(b"x" * 200) for _ in range(10_000))
    writer.abort()


def test_closing_before_the_pipe_is_open_closes_it_after_the_last_message(pipe):
    writer, writing, reading = pipe
    writer.write(b"last")
    writer.close()
    assert writer.write(b"too late") is False
    writer.open(writing)
    assert (os.read(reading, 10), os.read(reading, 10)) == (b"last", b"")


def test_a_pipe_opened_after_the_end_is_closed_at_once(pipe):
    writer, writing, reading = pipe
    writer.abort()
    writer.open(writing)
    assert os.read(reading, 10) == b""


def test_a_pipe_without_a_reader_ends_the_writing_quietly(manual):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    heard = []
    writer = StdinWriter(manual, lambda: heard.append("broken"))
    writer.open(writing)
    os.close(reading)
    writer.write(b"x")
    assert not writer.takes
    assert heard == []
    manual.run_until_idle()
    assert heard == ["broken"]


def test_an_empty_message_is_no_message(pipe):
    writer, writing, _ = pipe
    for _ in range(10):
        assert writer.write(b"")
    writer.open(writing)


@given(st.lists(st.integers(0, 90_000), max_size=12), st.lists(st.integers(1, 70_000)))
@settings(deadline=None)
def test_any_sizes_and_any_reads_give_the_same_bytes(sizes, reads):
    manual = ManualDispatcher()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    writer = StdinWriter(manual, nothing)
    writer.open(writing)
    messages = [bytes([number]) * size for number, size in enumerate(sizes)]
    for message in messages:
        writer.write(message)
    writer.close()
    received = bytearray()
    for size in (*reads, *([1_000_000] * 100)):
        manual.run_until_idle()
        received += os.read(reading, size) if len(received) < sum(sizes) else b""
    assert received == b"".join(messages)
    assert os.read(reading, 1) == b""
    os.close(reading)
    manual.close()


def test_a_host_that_dies_of_broken_pipes_survives_a_child_that_left(run_host):
    code = (
        "import os, signal\n"
        "from greenroom.runtime.dispatcher import ManualDispatcher\n"
        "from greenroom.runtime.process.stdin_writer import StdinWriter\n"
        "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
        "reading, writing = os.pipe()\n"
        "os.close(reading)\n"
        "writer = StdinWriter(ManualDispatcher(), print)\n"
        "writer.open(writing)\n"
        "writer.write(b'x')\n"
        "print(writer.takes, signal.pthread_sigmask(signal.SIG_BLOCK, ()), signal.sigpending())\n"
    )
    assert run_host(code) == "False set() set()\n"
