"""Runs the callbacks of one session, so many at a time."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from greenroom.callbacks.run import Run

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from greenroom.callbacks.call import Call
    from greenroom.callbacks.caller import Caller
    from greenroom.callbacks.trouble import Trouble
    from greenroom.runtime.crew import Crew
    from greenroom.runtime.loop_thread import LoopThread

__all__ = ["MAX_THREADS", "Runner"]

MAX_THREADS: Final = 32
"""Callbacks of one session that may block a thread each; more wait, their deadlines running."""


class Runner:
    """Starts callbacks beside each other, at most `MAX_THREADS` of them on threads. Thread-safe.

    A callback that hangs keeps its thread for good, and one that blocks an event loop blocks all
    that run on it; so threads and loop are the session's own, and no other's are used up.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._lock = threading.Lock()
        self._busy = 0
        self._waiting: deque[Run] = deque()
        self._loop_thread: LoopThread | None = None
        self._closed = False

    def prepare(
        self,
        function: Callable[[Call], Any],
        call: Call,
        *,
        caller: Caller,
        finish: Callable[[Any], Any],
        done: Callable[[Any, Trouble | None], object],
    ) -> Run:
        """Return what `start` runs: `finish(function(call))`; `done` is called with it once."""
        return Run(
            function,
            call,
            finish=finish,
            caller=caller,
            crew=self._crew,
            loop=self._loop,
            left=self._left,
            done=done,
        )

    def start(self, run: Run) -> None:
        """Run it as soon as there is a thread for it."""
        with self._lock:
            free = self._busy < MAX_THREADS
            if free:
                self._busy += 1
            else:
                self._waiting.append(run)
        if free:
            self._begin(run)

    def close(self) -> None:
        """End the loop, and what still runs on it; threads end with their callbacks."""
        with self._lock:
            self._closed = True
            loop_thread, self._loop_thread = self._loop_thread, None
        if loop_thread is not None:
            loop_thread.stop()

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise RuntimeError("the session is over; it runs no more coroutines")
            if self._loop_thread is None:
                self._loop_thread = self._crew.open_loop()
            return self._loop_thread.loop

    def _left(self) -> None:
        self._begin(self._next())

    def _begin(self, run: Run | None) -> None:
        """Run it, or who waits behind it if it cannot be run."""
        while run is not None and not run.start():
            run = self._next()

    def _next(self) -> Run | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._busy -= 1
            return None
