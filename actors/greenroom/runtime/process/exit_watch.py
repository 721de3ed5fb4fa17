"""How the end of a process is noticed: the seam between kernels, chosen by what this one can do."""

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING, Protocol

from greenroom.runtime.process.exit_by_thread import ThreadWatch

if sys.platform == "linux":
    from greenroom.runtime.process.exit_by_pidfd import PidfdWatch, pidfds_work
else:
    from greenroom.runtime.process.exit_by_kqueue import KqueueWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.exit_status import ExitStatus

__all__ = ["ExitWatch", "choose_exit_watch"]


class ExitWatch(Protocol):
    """Watches one child of this process, and is the only one that signals and reaps it.

    It keeps no lock: its owner sees to it that nothing is called after `reap` but `stop`.
    """

    def start(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """Have `on_end` called once, on the dispatcher, when the process has ended.

        It then still is a zombie, so its pid and its process group are still its own.

        Raises:
            OSError: the system lets nothing more be watched.
        """

    def stop(self) -> None:
        """Forget the process and release what watching took. Dispatcher's thread only."""

    def has_ended(self) -> bool:
        """Whether the process has ended; does not reap."""

    def signal(self, number: int) -> None:
        """Send a signal to the process alone.

        Raises:
            ProcessLookupError: somebody else has reaped it.
            PermissionError: it runs as somebody else.
        """

    def kill_group(self) -> None:
        """Send SIGKILL to the group that the process leads, itself included.

        Only when it is certain that the group is still its own.

        Raises:
            ProcessLookupError: nobody is left in it.
            PermissionError: nobody in it may be signalled by us.
        """

    def reap(self) -> ExitStatus:
        """Take the zombie away and return how it ended; waits when it still runs."""


def choose_exit_watch() -> Callable[[int], ExitWatch]:
    """Return the best way to watch a child that this system offers.

    A pidfd on Linux 5.4 and later, kqueue on macOS and the BSDs, a thread per child elsewhere and
    in sandboxes that forbid the others.
    """
    if sys.platform == "linux":
        return PidfdWatch if pidfds_work() else ThreadWatch
    else:  # noqa: RET505 - type checkers skip a branch of another platform, not what follows it
        return KqueueWatch if hasattr(select, "kqueue") else ThreadWatch
