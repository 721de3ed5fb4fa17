"""Threads and an event loop for code that is not ours, started as they are needed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from greenroom.runtime.dispatcher.workers import Job, WorkerPool
from greenroom.runtime.log import report_warning

if TYPE_CHECKING:
    from greenroom.runtime.loop_thread import LoopThread

__all__ = ["Crew"]

_MAX_THREADS: Final = 10_000
"""Every session is bounded by itself; this only stops a program gone mad."""


class Crew:
    """Threads and event loops, each started when something is to be run. Thread-safe."""

    def __init__(self, name: str = "greenroom-callbacks") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._pool: WorkerPool | None = None
        self._loops: list[LoopThread] = []
        self._closed = False

    def submit(self, job: Job) -> None:
        """Run `job` on a thread.

        Raises:
            RuntimeError: the crew was closed.
        """
        with self._lock:
            self._require_open()
            if self._pool is None:
                self._pool = WorkerPool(_MAX_THREADS, self._name)
            pool = self._pool
        pool.submit(job)

    def open_loop(self) -> LoopThread:
        """Start an event loop on a thread of its own; who asked for it stops it.

        Raises:
            RuntimeError: the crew was closed.
        """
        from greenroom.runtime.loop_thread import LoopThread  # noqa: PLC0415 - asyncio is heavy, and most programs need no loop of ours

        with self._lock:
            self._require_open()
            loop_thread = LoopThread(f"{self._name}-loop")
            self._loops = [*(other for other in self._loops if other.alive), loop_thread]
            return loop_thread

    def close(self, timeout_seconds: float) -> None:
        """Take no more work and end the threads; one that is still busy is left, and logged."""
        with self._lock:
            self._closed = True
            pool, loops = self._pool, self._loops
        deadline = time.monotonic() + timeout_seconds
        for loop_thread in loops:
            loop_thread.stop()
        for loop_thread in loops:
            if not loop_thread.join(max(0.0, deadline - time.monotonic())):
                report_warning(__name__, "callbacks_abandoned", thread=f"{self._name}-loop")
        if pool is not None:
            for thread in pool.close(max(0.0, deadline - time.monotonic())):
                report_warning(__name__, "callback_abandoned", thread=thread.name)

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the system was closed; it runs no more callbacks")
