"""Ctrl-C and its relatives: once to end in an orderly way, twice to end now.

What a signal is answered with runs on threads of its own, so it works whatever the main thread is
blocked in. What the host had set up is kept: its handlers come back, its wakeup descriptor gets
every byte meanwhile, and a signal that was ignored stays ignored (``nohup``, background jobs).
"""

from __future__ import annotations

import _thread
import math
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, final

from greenroom.runtime.process_mark import ProcessMark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["SIGNALS", "Interruption"]

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_SECOND: Final = 2
_PATIENCE_SECONDS: Final = 2.0
_SUMMONS_SECONDS: Final = 0.5
_STOP: Final = b"\0"

_entered: Final[list[Interruption]] = []


@final
class Interruption:
    """Catches signals while it is entered; for the main thread alone.

    The first signal is answered with what is orderly, the second with what is immediate. One more,
    two seconds later or after that, leaves the process whatever it is doing. A fork of the process
    has the handlers that were there before.

    Args:
        signals: which to catch, but for those that are ignored.

    Attributes:
        signal: the first that came; None when there was none.
    """

    def __init__(self, signals: Iterable[int] = SIGNALS) -> None:
        self.signal: int | None = None
        self._signals = tuple(signals)
        self._count = 0
        self._give_up_at = math.inf
        self._answers: tuple[Callable[[], object], ...] = ()
        self._lock = threading.Lock()
        self._before: dict[int, Any] = {}
        self._reader = self._writer = self._forward_to = -1
        self._raising = self._summons_due = self._leaving = False
        self._own_bytes = 0
        self._mark = ProcessMark()

    def answer_with(self, orderly: Callable[[], object], at_once: Callable[[], object]) -> None:
        """Say what to do from now on; signals that came before are answered now.

        Each is called on a thread of its own, so that one which blocks does not delay the other.
        """
        with self._lock:
            self._answers = (orderly, at_once)
            due = self._answers[: self._count]
        _call_each(due)

    def __enter__(self) -> Self:
        """Start to catch.

        Raises:
            RuntimeError: this is not the main thread.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(
                "signals can be caught in the main thread alone: enter this there; on another "
                f"thread, such as {threading.current_thread().name!r}, call close() of the system"
            )
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._forward_to = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in self._signals:
            # Not from Python (None): what was set in another language cannot be restored.
            if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                self._before[number] = signal.signal(number, self._handle)
        _entered.append(self)
        self._thread = threading.Thread(target=self._listen, name="interruption", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._mark.is_here:
            return
        self._await_summons()
        _entered.remove(self)
        self._give_back()
        os.write(self._writer, _STOP)
        self._thread.join()
        os.close(self._writer)
        os.close(self._reader)

    def summon(self) -> None:
        """Raise `error()` in the main thread now, and at each signal from now on. Idempotent."""
        with self._lock:
            if self._raising or self._leaving or self.signal is None:
                return
            self._raising = self._summons_due = True
            self._own_bytes += 1
            if self.signal in self._blocked:
                _thread.interrupt_main(signal.Signals(self.signal))
            else:  # this one breaks into a wait, too
                ident = threading.main_thread().ident
                assert ident is not None  # it was started
                signal.pthread_kill(ident, self.signal)

    def error(self) -> BaseException:
        """Return what the first signal is to the main thread: as Python's own, or as an exit."""
        if self.signal == signal.SIGINT or self.signal is None:
            return KeyboardInterrupt()
        return SystemExit(_exit_code(self.signal))

    def _await_summons(self) -> None:
        """Have a summons under way arrive while somebody is there to receive it."""
        with self._lock:
            self._leaving = True
        deadline = time.monotonic() + _SUMMONS_SECONDS
        while self._summons_due and time.monotonic() < deadline:
            with suppress(KeyboardInterrupt, SystemExit):
                time.sleep(0)
        self._raising = False

    def _give_back(self) -> None:
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._handle:  # else the host has set another since
                signal.signal(number, handler)
        present = signal.set_wakeup_fd(-1)
        if present == self._writer:
            present = self._forward_to
        with suppress(ValueError, OSError):  # the host has closed it
            signal.set_wakeup_fd(present)

    def _let_go(self) -> None:
        """In a fork: the pipe is the parent's, and a signal here is none of its business."""
        self._give_back()
        os.close(self._writer)
        os.close(self._reader)

    def _handle(self, number: int, _frame: object) -> None:
        # Its number is in the pipe already, unless the host has set a descriptor of its own since.
        present = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        if present != self._writer:
            self._forward_to = present
            with suppress(BlockingIOError):
                os.write(self._writer, bytes([number]))
        if self._raising:
            self._summons_due = False
            raise self.error()

    def _listen(self) -> None:
        while (byte := os.read(self._reader, 1)) != _STOP:
            if self._own_bytes and byte[0] == self.signal:
                self._own_bytes -= 1
                continue
            if self._forward_to >= 0:
                with suppress(OSError):  # full, so it is awake, or closed by now
                    os.write(self._forward_to, byte)
            if byte[0] in self._before:
                self._hear(byte[0])

    def _hear(self, number: int) -> None:
        if time.monotonic() > self._give_up_at:
            os._exit(_exit_code(number))
        with self._lock:
            self.signal = self.signal or number
            due = self._answers[self._count : self._count + 1]
            self._count += 1
            if self._count == _SECOND:
                self._give_up_at = time.monotonic() + _PATIENCE_SECONDS
        _call_each(due)


def _exit_code(number: int) -> int:
    """Return the exit code of a run that signal `number` ended, as shells count."""
    return 128 + number


def _call_each(answers: Iterable[Callable[[], object]]) -> None:
    for answer in answers:
        threading.Thread(target=answer, name="interruption-answer", daemon=True).start()


@final
class _Fork:
    """Keeps signals away from a fork until it has let go of what is its parent's.

    One that came before would write into the pipe that both share, and shut the parent down.
    """

    _mask: ClassVar[Iterable[int]] = ()

    @classmethod
    def before(cls) -> None:
        if _entered:
            cls._mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

    @classmethod
    def in_parent(cls) -> None:
        if _entered:
            signal.pthread_sigmask(signal.SIG_SETMASK, cls._mask)

    @classmethod
    def in_child(cls) -> None:
        if _entered:
            while _entered:
                _entered.pop()._let_go()  # noqa: SLF001 - of this very module
            signal.pthread_sigmask(signal.SIG_SETMASK, cls._mask)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_Fork.before, after_in_parent=_Fork.in_parent, after_in_child=_Fork.in_child
    )
