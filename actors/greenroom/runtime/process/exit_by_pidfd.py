"""Watches a child through a pidfd: it cannot be mistaken for another process."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, final

from greenroom.runtime.process.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher

assert sys.platform == "linux"  # tells type checkers where this module is used

__all__ = ["PidfdWatch", "pidfds_work"]

_TO_GROUP: Final = 4  # PIDFD_SIGNAL_PROCESS_GROUP


@final
class PidfdWatch:
    """An `ExitWatch` on Linux 5.4 and later. One descriptor, no thread.

    Raises:
        OSError: out of descriptors.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._fd = os.pidfd_open(pid)
        self._dispatcher: Dispatcher | None = None

    def start(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """See `ExitWatch`. The descriptor turns readable when the process is a zombie."""

        def readable() -> None:
            self._unwatch()  # it stays readable for ever
            on_end()

        dispatcher.add_reader(self._fd, readable)
        self._dispatcher = dispatcher

    def stop(self) -> None:
        """See `ExitWatch`."""
        self._unwatch()
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def has_ended(self) -> bool:
        """See `ExitWatch`."""
        try:
            return self._peek() is not None
        except ChildProcessError:
            return True

    def signal(self, number: int) -> None:
        """See `ExitWatch`. Never reaches another process, not even one with the same pid."""
        signal.pidfd_send_signal(self._fd, number)

    def kill_group(self) -> None:
        """See `ExitWatch`. From Linux 6.9 on certain even if a stranger has reaped the leader."""
        try:
            signal.pidfd_send_signal(self._fd, signal.SIGKILL, None, _TO_GROUP)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            with suppress(ChildProcessError):
                self._peek()  # as long as it can be waited for, the number is its own
                os.killpg(self._pid, signal.SIGKILL)

    def reap(self) -> ExitStatus:
        """See `ExitWatch`."""
        try:
            info = os.waitid(os.P_PIDFD, self._fd, os.WEXITED)
        except ChildProcessError:
            return ExitStatus()
        assert info is not None  # only WNOHANG gives None
        return ExitStatus.from_siginfo(info)

    def _peek(self) -> os.waitid_result | None:
        return os.waitid(os.P_PIDFD, self._fd, os.WEXITED | os.WNOWAIT | os.WNOHANG)

    def _unwatch(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.remove_reader(self._fd)
            self._dispatcher = None


def pidfds_work() -> bool:
    """Try all that `PidfdWatch` needs; a kernel or a sandbox may lack or forbid any of it."""
    try:
        fd = os.pidfd_open(os.getpid())
    except (AttributeError, OSError):
        return False
    try:
        signal.pidfd_send_signal(fd, 0)
        os.waitid(os.P_PIDFD, fd, os.WEXITED | os.WNOHANG)
    except ChildProcessError:
        return True  # we are not our own child, but the call is there
    except OSError:
        return False
    finally:
        os.close(fd)
    return False
