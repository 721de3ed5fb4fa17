"""The process at the head of a tree of ours: what a `Child` needs of whoever started it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.containment import Containment
    from greenroom.runtime.process.errors import ProcessError
    from greenroom.runtime.process.exit_status import ExitStatus
    from greenroom.runtime.process.pipes import Pipes

__all__ = ["Leader"]


class Leader(Protocol):
    """A running process, led by us: the seam between ways to start, signal and reap.

    All but `watch` and `release` may be called from any thread, and none harms a process that is
    not ours: after `reap`, and in a forked copy of the host, signals go nowhere.
    """

    pid: int
    pipes: Pipes
    """Owned by whoever takes them over; `destroy` is for the case that nobody did."""

    containment: Containment
    """How much of what the process starts ends with it."""

    fault: ProcessError | None
    """After the end: what kept us from seeing it through, such as the loss of the warden."""

    def watch(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """Have `on_end` called once, on the dispatcher, when the process has ended.

        By then its descendants have ended too, as far as the containment reaches.

        Raises:
            OSError: the system lets nothing more be watched.
        """

    def has_ended(self) -> bool:
        """Whether the process has ended."""

    def signal(self, number: int) -> bool:
        """Send a signal to the process alone; return whether it was there to get it."""

    def kill_tree(self) -> None:
        """Send SIGKILL to the process and all that can be found of its descendants."""

    def reap(self) -> ExitStatus:
        """Kill what the process left behind, reap it, and return how it ended.

        Idempotent: the answer is remembered. Waits when the process still runs.
        """

    def release(self) -> None:
        """Give back what watching took. On the dispatcher's thread, after `reap`."""

    def disown(self) -> None:
        """Close what a forked copy of the host must not hold."""

    def destroy(self) -> None:
        """Kill, reap and close all, of a process that was never watched. Waits for it."""
