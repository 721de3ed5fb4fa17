"""Shutting down well on Ctrl-C, SIGTERM and SIGHUP, for programs that ask for it.

Nothing here happens by itself: a program that does not ask keeps Python's own signal handling.
"""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self, final

import msgspec

from greenroom.runtime import Future
from greenroom.runtime.log import report_error, report_warning
from greenroom.system.interruption import SIGNALS, Interruption
from greenroom.system.open_systems import close_all, kill_all, open_systems
from greenroom.values.errors import GreenroomError
from greenroom.values.outcomes import TurnError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from greenroom.system.system import System

__all__ = ["DEFAULT_GRACE_SECONDS", "Shutdown", "SignalShutdown", "shutdown_on_signals"]

_EXPECTED: Final = (TurnError, GreenroomError)
"""What the end of its system raises in a thread that waits for a turn."""

DEFAULT_GRACE_SECONDS: Final = 8.0
"""Less than the 10 seconds after which container runtimes kill."""


class Shutdown(msgspec.Struct, frozen=True, kw_only=True):
    """What a signal has set going.

    Attributes:
        signal: its number.
        at_once: it was not the first, so everything is being killed.
        turns: ids of the turns that have no outcome yet; each is about to get one.
        seconds: how long processes may take to end by themselves.
    """

    signal: int
    at_once: bool
    turns: tuple[str, ...]
    seconds: float


@final
class SignalShutdown:
    """A block in which signals end systems; see `shutdown_on_signals`, which makes it.

    Enter it with ``with`` or ``async with``, once.

    Attributes:
        report: what the last signal has set going; None before the first.
    """

    def __init__(
        self,
        systems: tuple[System, ...],
        grace: float,
        signals: Iterable[int],
        on_shutdown: Callable[[Shutdown], object] | None,
    ) -> None:
        self.report: Shutdown | None = None
        self._systems = systems
        self._grace = grace
        self._on_shutdown = on_shutdown
        self._interruption = Interruption(signals)
        self._over: Future[None] = Future()
        self._task: asyncio.Task[Any] | None = None
        self._leaving = False

    @property
    def signal(self) -> int | None:
        """The first signal that came; None when there was none."""
        return self._interruption.signal

    def __enter__(self) -> Self:
        """Start to catch signals.

        Raises:
            RuntimeError: this is not the main thread.
        """
        self._task = _current_task()
        self._interruption.__enter__()
        self._interruption.answer_with(self._close, self._kill)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the signals back; after one, wait for the end and raise what it stands for."""
        self._leaving = True
        try:
            if self.signal is not None:
                self._over.get()
        finally:
            self._interruption.__exit__(kind, error, traceback)
        self._raise_for(error)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leaving = True
        try:
            if self.signal is not None:
                await self._over
        finally:
            self._interruption.__exit__(kind, error, traceback)
        self._raise_for(error)

    def _raise_for(self, error: BaseException | None) -> None:
        if self.signal is None or isinstance(error, KeyboardInterrupt | SystemExit):
            return
        if self._task is not None:  # asyncio raises it at once, and nobody asks the task for it
            self._task.add_done_callback(_retrieve)
        # That a turn was cancelled is no news to who reads of a signal; anything else is.
        cause = error if isinstance(error, Exception) and not isinstance(error, _EXPECTED) else None
        raise self._interruption.error() from cause

    # --- on threads of their own ---------------------------------------------------------------

    def _close(self) -> None:
        started = time.monotonic()
        systems = self._systems or open_systems()
        try:
            self._announce("shutting_down", systems, at_once=False, seconds=self._grace)
            close_all(systems, self._grace)
            took = round(time.monotonic() - started, 3)
            report_warning(__name__, "shut_down", seconds=took)
        except BaseException as failure:  # noqa: BLE001 - the main thread is told all the same
            report_error(__name__, "shutdown_failed", failure)
        finally:
            self._over.settle()
            self._tell_main_thread()

    def _tell_main_thread(self) -> None:
        if self._task is None:
            self._interruption.summon()
            return
        # Raised in the middle of an event loop it would leave its tasks behind.
        with suppress(RuntimeError):  # the loop is closed, so the task is gone
            self._task.get_loop().call_soon_threadsafe(self._cancel_task)

    def _cancel_task(self) -> None:
        if self._task is not None and not self._leaving:
            self._task.cancel()

    def _kill(self) -> None:
        systems = self._systems or open_systems()
        try:
            self._announce("killing_all", systems, at_once=True, seconds=0.0)
        finally:
            try:
                kill_all(systems)
            except BaseException as failure:  # noqa: BLE001 - nobody waits for this thread
                report_error(__name__, "kill_failed", failure)

    def _announce(
        self, event: str, systems: tuple[System, ...], *, at_once: bool, seconds: float
    ) -> None:
        number = self.signal
        assert number is not None  # that is why we are here
        turns = tuple(turn for system in systems for turn in system.unfinished_turns())
        self.report = Shutdown(signal=number, at_once=at_once, turns=turns, seconds=seconds)
        try:
            name = signal.Signals(number).name
            report_warning(__name__, event, signal=name, turns=turns, seconds=seconds)
            if self._on_shutdown is not None:
                self._on_shutdown(self.report)
        except Exception as failure:  # noqa: BLE001 - the caller's own; the shutdown goes on
            report_error(__name__, "on_shutdown_failed", failure)


def _current_task() -> asyncio.Task[Any] | None:
    if "asyncio" not in sys.modules:
        return None
    import asyncio  # noqa: PLC0415 - it is loaded; a program without it need not load it

    try:
        return asyncio.current_task()
    except RuntimeError:  # no loop runs here
        return None


def _retrieve(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


def shutdown_on_signals(
    *systems: System,
    grace: float = DEFAULT_GRACE_SECONDS,
    signals: Iterable[int] = SIGNALS,
    on_shutdown: Callable[[Shutdown], object] | None = None,
) -> SignalShutdown:
    """Have signals end systems well, inside of a ``with`` or ``async with`` block.

    The first signal stops all sessions: turns that wait are withdrawn, those that run are
    interrupted, each has its outcome, and what is not down within `grace` is killed. Then the main
    thread gets what it would expect: KeyboardInterrupt for SIGINT, SystemExit(128 + n) for others;
    at the latest when it leaves the block. In a coroutine its task is cancelled first, so that it
    leaves the block. A second signal kills everything now. One more, two
    seconds later, leaves the process at once.

    Inside of the block the handlers of the host are replaced, but for signals that are ignored;
    its `signal.set_wakeup_fd` still gets every byte. Afterwards all is as before.

    Args:
        systems: which to end; all that are open at the time when none is given.
        grace: seconds that processes may take to end by themselves.
        signals: which signals.
        on_shutdown: told of the first and of the second signal, on a thread of its own, before
            anything is stopped; it should return soon. The same is logged.

    Raises:
        ValueError: `grace` is negative.
        RuntimeError: from entering the block, on any thread but the main one.
    """
    if not grace >= 0:
        raise ValueError(f"grace must be 0 or more seconds, not {grace!r}")
    return SignalShutdown(systems, grace, signals, on_shutdown)
