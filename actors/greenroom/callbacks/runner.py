"""Runs the callbacks of one session, so many at a time."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from greenroom.callbacks.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks.call import Call
    from greenroom.callbacks.caller import Caller
    from greenroom.runtime.crew import Crew

__all__ = ["Runner"]

MAX_THREADS: Final = 32
"""Callbacks of one session that may block a thread each; more wait, their deadlines running."""


class Runner:
    """Starts callbacks beside each other, at most `MAX_THREADS` of them on threads. Thread-safe.

    A callback that hangs keeps its thread for good; so it is the session's own that are used up,
    and no other's.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._lock = threading.Lock()
        self._busy = 0
        self._waiting: deque[Run] = deque()

    def prepare(
        self,
        function: Callable[[Call], Any],
        call: Call,
        *,
        caller: Caller,
        done: Callable[[Any, BaseException | None], object],
    ) -> Run:
        """Return what `start` runs: `function(call)`; `done(result, error)` is called once then."""
        return Run(function, call, caller=caller, crew=self._crew, left=self._left, done=done)

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
