"""A process that is a child of this very process, in a session and a process group of its own."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, final

from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.process.containment import Containment
from greenroom.runtime.process.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.broom import Broom
    from greenroom.runtime.process.errors import ProcessError
    from greenroom.runtime.process.exit_watch import ExitWatch
    from greenroom.runtime.process.pipes import Pipes

__all__ = ["DirectLeader"]


@final
class DirectLeader:
    """A `Leader` by process group; what left the group is for the broom, if there is one.

    One lock orders signals and the reaping. While the process is running or a zombie its pid, and
    the process group of the same number, cannot be anybody else's; after that nothing is sent.

    Args:
        pid: the process.
        pipes: our ends of its standard streams.
        watch: watches exactly this process.
        broom: finds what it left behind.
    """

    def __init__(
        self, pid: int, pipes: Pipes, watch: ExitWatch, broom: Broom | None = None
    ) -> None:
        self.pid = pid
        self.pipes = pipes
        self.fault: ProcessError | None = None
        self.containment = Containment.GROUP if broom is None else Containment.SWEEP
        self._watch = watch
        self._broom = broom
        self._status: ExitStatus | None = None
        self._lock = threading.Lock()
        self._host = os.getpid()

    def watch(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """See `Leader`."""
        broom = self._broom
        if broom is None:
            self._watch.start(dispatcher, on_end)
            return

        def sweep_first() -> None:
            try:
                dispatcher.run_in_worker(broom.sweep, then=lambda *_: on_end())
            except DispatcherClosed:
                on_end()

        self._watch.start(dispatcher, sweep_first)

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

    def disown(self) -> None:
        """See `Leader`. A pidfd in a copy harms nobody."""

    def destroy(self) -> None:
        """See `Leader`."""
        self.reap()
        if self._broom is not None:
            self._broom.sweep()
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
