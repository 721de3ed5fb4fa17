"""Threads that were given up: Python cannot end a thread, only stop waiting for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from typing import Final

from greenroom.runtime.log import report_text, report_warning

__all__ = ["MAX_ABANDONED", "AbandonedThreads", "abandoned_threads"]

MAX_ABANDONED: Final = 8
"""With more threads than these abandoned a process should be replaced: each keeps its memory and
whatever it holds, and competes for the interpreter if it computes."""

_PATIENCE_SECONDS: Final = 1.0


class AbandonedThreads:
    """Counts the threads of killed actors that do not come to an end. All methods from any thread.

    Args:
        patience_seconds: how long a thread may live on before it counts.
        limit: how many may count before that is reported as an error.
    """

    def __init__(
        self, patience_seconds: float = _PATIENCE_SECONDS, limit: int = MAX_ABANDONED
    ) -> None:
        self._patience = patience_seconds
        self._limit = limit
        self._lock = threading.Lock()
        self._waiting: deque[tuple[float, threading.Thread]] = deque()
        self._abandoned: list[threading.Thread] = []
        self._looker: threading.Thread | None = None

    def names(self) -> tuple[str, ...]:
        """Return the names of the threads that count and still run."""
        with self._lock:
            self._abandoned = [thread for thread in self._abandoned if thread.is_alive()]
            return tuple(thread.name for thread in self._abandoned)

    def add(self, thread: threading.Thread) -> None:
        """Count `thread` if it is not gone in time; never blocks."""
        with self._lock:
            self._waiting.append((time.monotonic() + self._patience, thread))
            if self._looker is None or not self._looker.is_alive():
                self._looker = threading.Thread(
                    target=self._look, name="greenroom-abandoned", daemon=True
                )
                with suppress(RuntimeError):  # no more threads; whoever adds next tries again
                    self._looker.start()

    def _look(self) -> None:
        while (waiting := self._next()) is not None:
            due, thread = waiting
            thread.join(max(0.0, due - time.monotonic()))
            if thread.is_alive():
                self._give_up(thread)

    def _next(self) -> tuple[float, threading.Thread] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._looker = None  # under the lock: whoever adds next starts another
            return None

    def _give_up(self, thread: threading.Thread) -> None:
        with self._lock:
            self._abandoned.append(thread)
        count = len(self.names())
        report_warning(__name__, "thread_abandoned", thread=thread.name, abandoned=count)
        if count > self._limit:
            report_text(__name__, "too_many_threads_abandoned", abandoned=count, limit=self._limit)


_ABANDONED: Final = AbandonedThreads()


def abandon(thread: threading.Thread) -> None:
    """Count `thread` among this process's abandoned ones if it is not gone in a second."""
    _ABANDONED.add(thread)


def abandoned_threads() -> tuple[str, ...]:
    """Return the names of the threads that `kill` had to leave behind and that still run."""
    return _ABANDONED.names()
