"""Threads and an event loop for code that is not ours, started as they are needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from greenroom.runtime.dispatcher.workers import Job, WorkerPool
from greenroom.runtime.log import report_warning

if TYPE_CHECKING:
    import asyncio

    from greenroom.runtime.loop_thread import LoopThread

__all__ = ["Crew"]

_MAX_THREADS: Final = 10_000
"""Every session is bounded by itself; this only stops a program gone mad."""


class Crew:
    """Threads and an event loop, each started when something is to be run. Thread-safe."""

    def __init__(self, name: str = "greenroom-callbacks") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._pool: WorkerPool | None = None
        self._loop_thread: LoopThread | None = None
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

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the event loop for coroutines whose caller has none.

        Raises:
            RuntimeError: the crew was closed.
        """
        with self._lock:
            self._require_open()
            if self._loop_thread is None:
                from greenroom.runtime.loop_thread import LoopThread  # noqa: PLC0415 - asyncio is heavy, and most programs need no loop of ours

                self._loop_thread = LoopThread(f"{self._name}-loop")
            return self._loop_thread.loop

    def close(self, timeout_seconds: float) -> None:
        """Take no more work and end the threads; one that is still busy is left, and logged."""
        with self._lock:
            self._closed = True
            pool, loop_thread = self._pool, self._loop_thread
        if loop_thread is not None and not loop_thread.close(timeout_seconds):
            report_warning(__name__, "callbacks_abandoned", thread=f"{self._name}-loop")
        if pool is not None:
            for thread in pool.close(timeout_seconds):
                report_warning(__name__, "callback_abandoned", thread=thread.name)

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the system was closed; it runs no more callbacks")
