"""Streams that can spill, driven step by step."""

from __future__ import annotations

from itertools import groupby

import pytest

from greenroom import Backlog, Overflow
from greenroom.runtime import ManualDispatcher
from greenroom.turn import Stream
from greenroom_protocol import Batch


class TextKeeper:
    """Frames are texts, a line each; those that do not begin with ``|`` may be joined."""

    def decode(self, block):
        return block.decode().split("\n")

    def merge(self, batches):
        frames = []
        for alone, group in groupby((f for b in batches for f in b.frames), lambda f: f[0] == "|"):
            run = list(group)
            frames += run if alone else ["".join(run)]
        return [lines(frame) for frame in frames]


def lines(*frames):
    """A batch of texts."""
    return Batch(frames=list(frames), block="\n".join(frames).encode())


class Producer:
    """Whether the producer pauses, and how often it was told to go on."""

    def __init__(self):
        self.paused = False
        self.relieved = 0

    def relieve(self):
        self.relieved += 1
        self.paused = False


class Bench:
    """A stream with a producer that pauses when told to, and one reader."""

    def __init__(self, dispatcher, overflow=Overflow.SPILL, *, memory=4096, disk=1 << 20):
        self.dispatcher = dispatcher
        self.producer = Producer()  # nothing holds the stream but the bench
        self.stream = Stream(
            Backlog(overflow=overflow, memory=memory, disk=disk),
            on_relief=self.producer.relieve,
            dispatcher=dispatcher,
            keeper=TextKeeper(),
        )
        self.reader = self.stream.batches()
        self.sent = []
        self.seen = []

    @property
    def paused(self):
        return self.producer.paused

    @property
    def relieved(self):
        return self.producer.relieved

    def put(self, *frames):
        self.sent += frames
        self.producer.paused = not self.stream.put(lines(*frames))
        self.dispatcher.run_until_idle()

    def fill(self):
        """Put frames until the producer is to pause."""
        while not self.paused:
            self.put(f"|{len(self.sent)}", "x" * 100)

    def make_way(self):
        """Let the patience be over."""
        self.stream.make_way()
        self.dispatcher.run_until_idle()

    def take(self):
        """Read a batch, if there is one."""
        if "".join(self.seen) != "".join(self.sent):
            self.seen += next(self.reader).frames
            self.dispatcher.run_until_idle()

    def finish(self):
        self.stream.end()
        for batch in self.reader:
            self.seen += batch.frames


@pytest.fixture(name="dispatcher")
def _dispatcher():
    with ManualDispatcher() as dispatcher:
        yield dispatcher


@pytest.fixture(name="bench")
def _bench(dispatcher):
    """A function that makes a bench with a reader that has read one frame."""

    def make(*args, **given):
        bench = Bench(dispatcher, *args, **given)
        bench.put("|first")
        bench.take()
        return bench

    return make


@pytest.fixture(name="bench_class", scope="session")
def _bench_class():
    return Bench


@pytest.fixture(name="keeper")
def _keeper():
    return TextKeeper()
