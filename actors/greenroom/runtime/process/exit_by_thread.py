"""Watches a child from a thread of its own: for systems that offer nothing better."""

from __future__ import annotations

import errno
import os
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, final

from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.process.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher

__all__ = ["ThreadWatch"]


@final
class ThreadWatch:
    """An `ExitWatch` for any POSIX system with `os.waitid`: one daemon thread per child.

    The thread only looks (`WNOWAIT`): the zombie stays until `reap`, so that the pid cannot be
    reused in between.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def start(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """See `ExitWatch`. The thread ends with the process."""

        def wait() -> None:
            with suppress(ChildProcessError):  # reaped by the owner or by a stranger: it has ended
                os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
            with suppress(DispatcherClosed):
                dispatcher.call_soon(on_end)

        name = f"greenroom-exit-of-{self._pid}"
        try:
            threading.Thread(target=wait, name=name, daemon=True).start()
        except RuntimeError as error:
            raise OSError(errno.EAGAIN, "no thread to be had") from error

    def stop(self) -> None:
        """See `ExitWatch`. The thread is left to itself: it ends with the process."""

    def has_ended(self) -> bool:
        """See `ExitWatch`."""
        try:
            return self._peek() is not None
        except ChildProcessError:
            return True

    def signal(self, number: int) -> None:
        """See `ExitWatch`. Safe because the pid is ours until `reap`."""
        os.kill(self._pid, number)

    def kill_group(self) -> None:
        """See `ExitWatch`."""
        with suppress(ChildProcessError):
            self._peek()  # as long as it can be waited for, the number is its own
            os.killpg(self._pid, signal.SIGKILL)

    def reap(self) -> ExitStatus:
        """See `ExitWatch`."""
        try:
            _, status = os.waitpid(self._pid, 0)
        except ChildProcessError:
            return ExitStatus()
        return ExitStatus.from_wait_status(status)

    def _peek(self) -> os.waitid_result | None:
        return os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
