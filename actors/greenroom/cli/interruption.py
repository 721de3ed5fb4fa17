"""Ctrl-C and its relatives: once to end in an orderly way, twice to end now.

The first SIGINT, SIGTERM or SIGHUP asks for the orderly end, the second for the immediate one. One
more, two seconds later or after that, leaves the process whatever it is doing. The asking happens
on other threads, so it works whatever the main thread is blocked in. A signal that was
ignored when the command started stays ignored (``nohup``, background jobs).
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self, final

from greenroom.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenroom.session import Session

__all__ = ["Interruption", "kill_process"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECOND: Final = 2
_PATIENCE_SECONDS: Final = 2.0
_STOP: Final = b"\0"


@final
class Interruption:
    """Catches signals while it is entered; for the main thread alone.

    Attributes:
        signal: the first that came; None when there was none.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._count = 0
        self._give_up_at = math.inf
        self._answers: tuple[Callable[[], object], ...] = ()
        self._lock = threading.Lock()
        self._before: dict[int, Any] = {}

    def answer_with(self, orderly: Callable[[], object], at_once: Callable[[], object]) -> None:
        """Say what to do from now on; signals that came before are answered now.

        Each is called on a thread of its own, so that one which blocks does not delay the other.
        """
        with self._lock:
            self._answers = (orderly, at_once)
            due = self._answers[: self._count]
        _call_each(due)

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._wakeup_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, _leave_to_the_thread)
        self._thread = threading.Thread(target=self._listen, name="interruption", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        os.write(self._writer, _STOP)
        self._thread.join()
        os.close(self._writer)
        os.close(self._reader)

    def _listen(self) -> None:
        while (byte := os.read(self._reader, 1)) != _STOP:
            if byte[0] in self._before:
                self._hear(byte[0])

    def _hear(self, number: int) -> None:
        if time.monotonic() > self._give_up_at:
            os._exit(ExitCode.of_signal(number))
        with self._lock:
            self.signal = self.signal or number
            due = self._answers[self._count : self._count + 1]
            self._count += 1
            if self._count == _SECOND:
                self._give_up_at = time.monotonic() + _PATIENCE_SECONDS
        _call_each(due)


def _call_each(answers: Iterable[Callable[[], object]]) -> None:
    for answer in answers:
        threading.Thread(target=answer, name="interruption-answer", daemon=True).start()


def _leave_to_the_thread(_number: int, _frame: object) -> None:
    """Do nothing: the signal's number is in the pipe already."""


def kill_process(session: Session) -> None:
    """Kill the process of `session` and its group, if there is one; the session sees it die."""
    pid = session.info.pid
    if pid is not None:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
