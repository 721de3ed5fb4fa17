"""Callbacks that run on real threads and loops, and what they come to."""

from __future__ import annotations

import asyncio
import threading

import pytest

from greenroom.callbacks import Call, Caller, CancelSignal, Runner
from greenroom.runtime.crew import Crew
from tests.patience import PATIENCE_SECONDS


class Result:
    """What a callback came to, once."""

    def __init__(self):
        self._came = threading.Event()
        self.times = 0
        self.value = None
        self.trouble = None
        self.thread = None

    def __call__(self, value, trouble):
        self.times += 1
        self.value, self.trouble = value, trouble
        self.thread = threading.current_thread().name
        self._came.set()

    @property
    def is_here(self):
        return self._came.is_set()

    @property
    def fault(self):
        """What went wrong; None if nothing did."""
        return None if self.trouble is None else self.trouble.fault

    def wait(self):
        assert self._came.wait(PATIENCE_SECONDS), "the callback came to nothing"
        return self


def as_it_is(result):
    """What a callback returned is what it comes to."""
    return result


class Bench:
    """A runner of one session, and callbacks for it."""

    def __init__(self, crew):
        self.crew = crew
        self.runner = Runner(crew)

    def prepare(self, function, caller=None, finish=as_it_is):
        """A run that was not started, with its `result` and its `signal`."""
        result, call = Result(), Call(signal=CancelSignal())
        caller = caller or Caller.here()
        run = self.runner.prepare(function, call, caller=caller, finish=finish, done=result)
        run.result, run.signal = result, call.signal
        return run

    def start(self, function, caller=None, finish=as_it_is):
        """Have it run."""
        run = self.prepare(function, caller, finish)
        self.runner.start(run)
        return run

    def run(self, function, caller=None, finish=as_it_is):
        """Have it run, and return what it came to."""
        return self.start(function, caller, finish).result.wait()


@pytest.fixture(name="crew")
def _crew():
    crew = Crew("test-callbacks")
    yield crew
    crew.close(PATIENCE_SECONDS)


@pytest.fixture(name="bench")
def _bench(crew):
    bench = Bench(crew)
    yield bench
    bench.runner.close()


class HomeLoop:
    """An event loop of a program's own, on a thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def caller(self):
        """The caller that asks from a coroutine on this loop."""

        async def here():
            return Caller.here()

        return asyncio.run_coroutine_threadsafe(here(), self.loop).result(PATIENCE_SECONDS)

    def stop(self):
        """It runs no more, and is not closed: as between two runs of a program's own loop."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(PATIENCE_SECONDS)

    def close(self):
        self.stop()
        self.loop.close()


@pytest.fixture(name="home")
def _home():
    home = HomeLoop()
    yield home
    home.close()
