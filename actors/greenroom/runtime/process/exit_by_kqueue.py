"""Watches a child through kqueue: macOS and the BSDs."""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import TYPE_CHECKING, final

from greenroom.runtime.process.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher

assert sys.platform != "linux"  # tells type checkers where this module is used

__all__ = ["KqueueWatch"]


@final
class KqueueWatch:
    """An `ExitWatch` on macOS and the BSDs. One descriptor, no thread.

    Raises:
        OSError: out of descriptors.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = False
        self._dispatcher: Dispatcher | None = None
        self._on_end: Callable[[], None] | None = None
        self._queue = select.kqueue()
        event = select.kevent(
            pid,
            filter=select.KQ_FILTER_PROC,
            flags=select.KQ_EV_ADD | select.KQ_EV_ONESHOT,
            fflags=select.KQ_NOTE_EXIT,
        )
        try:
            self._queue.control([event], 0)
        except ProcessLookupError:  # it is a zombie already, which cannot be watched any more
            self._ended = True
        except BaseException:
            self._queue.close()
            raise

    def start(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """See `ExitWatch`. The queue itself turns readable."""
        self._on_end = on_end
        self._dispatcher = dispatcher
        if self._ended:
            dispatcher.call_soon(self._tell)
        else:
            dispatcher.add_reader(self._queue.fileno(), self.has_ended)

    def stop(self) -> None:
        """See `ExitWatch`."""
        self._unwatch()
        self._queue.close()

    def has_ended(self) -> bool:
        """See `ExitWatch`. Whoever takes the one event from the queue passes it on."""
        if not self._ended and self._queue.control(None, 1, 0):
            self._ended = True
            if self._dispatcher is not None:
                self._dispatcher.call_soon(self._tell)
        return self._ended

    def signal(self, number: int) -> None:
        """See `ExitWatch`. Safe because the pid is ours until `reap`."""
        os.kill(self._pid, number)

    def kill_group(self) -> None:
        """See `ExitWatch`. That the group is its own is taken on trust until `reap`.

        `os.waitid`, which could tell, came to macOS with Python 3.13.
        """
        os.killpg(self._pid, signal.SIGKILL)

    def reap(self) -> ExitStatus:
        """See `ExitWatch`.

        It waits, because the kernel may tell of the exit a moment before `waitpid` agrees.
        """
        try:
            _, status = os.waitpid(self._pid, 0)
        except ChildProcessError:
            return ExitStatus()
        return ExitStatus.from_wait_status(status)

    def _tell(self) -> None:
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            self._unwatch()
            on_end()

    def _unwatch(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.remove_reader(self._queue.fileno())
            self._dispatcher = None
