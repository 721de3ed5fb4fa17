"""Tells a callback that nobody waits for its answer any more."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CancelSignal"]


class CancelSignal:
    """Set once, when a call is cancelled; watched by the callback that runs.

    A callback on a thread cannot be stopped from outside: one that takes long looks at `cancelled`
    now and then, or waits by `wait`. One that is a coroutine is cancelled besides. All methods are
    safe from any thread.

    Attributes:
        reason: why it was cancelled; None as long as it is not.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._watchers: list[Callable[[], object]] = []
        self._quick: list[Callable[[], object]] = []

    def __repr__(self) -> str:
        return f"<CancelSignal {'waiting' if self.reason is None else self.reason}>"

    @property
    def cancelled(self) -> bool:
        """Whether it is set."""
        return self._event.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, `timeout` seconds at most; return whether it is."""
        return self._event.wait(timeout)

    async def wait_async(self) -> None:
        """Wait until it is set, without blocking the event loop."""
        import asyncio  # noqa: PLC0415 - who awaits has it loaded; who does not need not

        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def ring() -> None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits on it any more
                loop.call_soon_threadsafe(rung.set)

        self.on_cancel(ring, quick=True)
        try:
            await rung.wait()
        finally:
            self._forget(ring)

    def on_cancel(self, react: Callable[[], object], *, quick: bool = False) -> None:
        """Have `react()` called once it is set: at once if it is, else on a thread for that.

        What it raises is logged.

        Args:
            react: takes no arguments.
            quick: it does not block, so it may be called by whoever cancels, and then is called
                before `cancel` returns. An actor may: what blocks here blocks every session.
        """
        with self._lock:
            if not self._event.is_set():
                (self._quick if quick else self._watchers).append(react)
                return
        _call(react)

    def cancel(self, reason: str) -> bool:
        """Set it; return whether this was the first time. For whoever made the call."""
        with self._lock:
            if self._event.is_set():
                return False
            self.reason = reason
            self._event.set()
            quick, self._quick = self._quick, []
            watchers, self._watchers = self._watchers, []
        for react in quick:
            _call(react)
        if watchers:
            _start(watchers)
        return True

    def _forget(self, react: Callable[[], object]) -> None:
        with self._lock:
            if react in self._quick:
                self._quick.remove(react)


def _start(watchers: list[Callable[[], object]]) -> None:
    def call_all() -> None:
        for react in watchers:
            _call(react)

    try:
        threading.Thread(target=call_all, name="greenroom-cancel", daemon=True).start()
    except RuntimeError as error:  # the machine has no more threads
        report_error(__name__, "cancel_watchers_lost", error)


def _call(react: Callable[[], object]) -> None:
    try:
        react()
    except BaseException as error:  # noqa: BLE001 - whoever cancels has others to tell
        report_error(__name__, "cancel_watcher_failed", error)
