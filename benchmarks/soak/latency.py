"""How long control traffic takes while other sessions stream."""

from __future__ import annotations

import asyncio
import math
import statistics
import threading
import time
from typing import TYPE_CHECKING

from benchmarks.soak.report import Report
from greenroom import System

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.soak.setting import Setting
    from greenroom import Session, Turn

__all__ = ["run"]

_STREAMING = (0, 10, 50)
_ASKS = 1_000
_TURNS = 50
_MOST_MS = 50.0
_START_SECONDS = 60.0


def run(setting: Setting) -> Report:
    """Measure with ever more sessions that stream, each 1,000 frames a second."""
    report = Report("an idle session is asked while others stream 1,000 frames/s each")
    for count in _STREAMING:
        _measure(report, setting, setting.many(count, least=min(count, 2)))
    return report


def _measure(report: Report, setting: Setting, count: int) -> None:
    with System(configuration={}) as system:
        idle = system.session(**setting.options())
        idle.ask("clean").result(timeout=20)
        reader = _Reader(system, setting, count)
        reader.start()
        start, frames = time.monotonic(), reader.frames
        asks = _times(idle.queued, setting.many(_ASKS, least=20))
        turns = _times(lambda: _turn(idle), setting.many(_TURNS, least=3))
        rate = (reader.frames - frames) / (time.monotonic() - start)
        reader.stop()
    p99 = _quantile(asks, 0.99)
    report.figures[f"{count} streaming: frames/s read"] = rate
    report.figures[f"{count} streaming: ask, median ms"] = _quantile(asks, 0.5)
    # Of fewer asks it is the slowest one, which tells of the machine.
    bound = _MOST_MS if len(asks) >= _ASKS else math.inf
    report.expect(f"{count} streaming: ask, p99 ms", p99, bound)
    report.figures[f"{count} streaming: ask, longest ms"] = max(asks)
    report.figures[f"{count} streaming: a whole turn, median ms"] = statistics.median(turns)
    report.figures[f"{count} streaming: a whole turn, longest ms"] = max(turns)


def _turn(session: Session) -> None:
    session.ask("clean").result(timeout=20)


def _times(work: Callable[[], object], count: int) -> list[float]:
    """Return how many milliseconds it took, each time; calls are a few milliseconds apart."""
    took = []
    pause = threading.Event()
    for _ in range(count):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
        pause.wait(0.005)
    return took


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class _Reader(threading.Thread):
    """Reads all that streams, on an event loop of its own."""

    def __init__(self, system: System, setting: Setting, count: int) -> None:
        super().__init__(name="soak-reader")
        options = setting.options(setting.streamer)
        self.frames = 0
        self._sessions = [
            system.session(include_partial_messages=True, **options) for _ in range(count)
        ]
        self._turns = [session.ask("stream") for session in self._sessions]
        self._silent = {turn.id for turn in self._turns}
        self._flowing = threading.Event()

    def start(self) -> None:
        """Return when every session streams."""
        super().start()
        if self._turns and not self._flowing.wait(_START_SECONDS):
            raise TimeoutError(f"{len(self._silent)} sessions do not stream")

    def stop(self) -> None:
        """End the turns and wait for the thread."""
        for turn in self._turns:
            turn.interrupt()
        self.join()

    def run(self) -> None:
        """Read until every turn has ended."""
        asyncio.run(self._read_all())

    async def _read_all(self) -> None:
        await asyncio.gather(*map(self._read, self._turns))

    async def _read(self, turn: Turn) -> None:
        async for batch in turn.aread():
            self.frames += len(batch.frames)
            if turn.id in self._silent:
                self._silent.discard(turn.id)
                if not self._silent:
                    self._flowing.set()
