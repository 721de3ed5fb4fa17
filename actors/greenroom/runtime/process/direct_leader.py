"""A process that is a child of this very process, in a session and a process group of its own."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, final

from greenroom.runtime.process.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.exit_watch import ExitWatch
    from greenroom.runtime.process.leader import Pipes

__all__ = ["DirectLeader"]


@final
class DirectLeader:
    """A `Leader` by process group: reaches all descendants but those that left the group.

    One lock orders signals and the reaping. While the process is running or a zombie its pid, and
    the process group of the same number, cannot be anybody else's; after that nothing is sent.

    Args:
        pid: the process.
        pipes: our ends of its standard streams.
        watch: watches exactly this process.
    """

    def __init__(self, pid: int, pipes: Pipes, watch: ExitWatch) -> None:
        self.pid = pid
        self.pipes = pipes
        self._watch = watch
        self._status: ExitStatus | None = None
        self._lock = threading.Lock()
        self._host = os.getpid()

    def watch(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """See `Leader`."""
        self._watch.start(dispatcher, on_end)

    def has_ended(self) -> bool:
        """See `Leader`."""
        if self._is_copy():
            return True
        with self._lock:
            return self._status is not None or self._watch.has_ended()

    def signal(self, number: int) -> bool:
        """See `Leader`."""
        if self._is_copy():
            return False
        with self._lock:
            if self._status is not None:
                return False
            try:
                self._watch.signal(number)
            except (ProcessLookupError, PermissionError):
                return False
            return True

    def kill_tree(self) -> None:
        """See `Leader`."""
        if self._is_copy():
            return
        with self._lock:
            self._kill_group()

    def reap(self) -> ExitStatus:
        """See `Leader`."""
        if self._is_copy():
            return ExitStatus()
        with self._lock:
            if self._status is None:
                self._kill_group()
                self._status = self._watch.reap()
            return self._status

    def release(self) -> None:
        """See `Leader`."""
        self._watch.stop()

    def destroy(self) -> None:
        """See `Leader`."""
        self.reap()
        self.release()
        for fd in self.pipes:
            os.close(fd)

    def _kill_group(self) -> None:
        # The process is a session leader, so it can neither leave its group nor be missing from it.
        if self._status is None:
            # EPERM: all that is left runs as somebody else, or, on macOS, is a zombie.
            with suppress(ProcessLookupError, PermissionError):
                self._watch.kill_group()

    def _is_copy(self) -> bool:
        """Whether this is a fork of the host: the process is not its child, nor its to end."""
        return os.getpid() != self._host
