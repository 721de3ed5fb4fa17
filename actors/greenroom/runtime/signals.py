"""The framework's own messages. Users never see them; the cell unwraps what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.runtime.exit_reason import KILLED, SHUTDOWN, ExitReason

if TYPE_CHECKING:
    from pykka import ActorRef

    from greenroom.runtime.future import Future
    from greenroom.runtime.links import Link
    from greenroom.runtime.monitor import Monitor
    from greenroom.runtime.timer import Timer

__all__ = ["Down", "ExitSignal", "Fired", "Kill", "Stop"]


class Stop:
    """Ask an actor to end.

    Attributes:
        reason: which end its watchers will be told of.
        asker: gets True once the actor has really ended.
    """

    __slots__ = ("asker", "reason")

    def __init__(self, reason: ExitReason = SHUTDOWN, asker: Future[bool] | None = None) -> None:
        self.reason = reason
        self.asker = asker

    def confirm(self) -> None:
        """Tell the asker that the actor has ended."""
        if self.asker is not None:
            self.asker.settle(True)


class Kill(Stop):
    """Ask an actor to end, for the last time.

    Attributes:
        grace_seconds: after which it is not asked any more.
    """

    __slots__ = ("grace_seconds",)

    def __init__(self, grace_seconds: float, asker: Future[bool]) -> None:
        super().__init__(KILLED, asker)
        self.grace_seconds = grace_seconds


class Fired:
    """A timer of the actor is due.

    Attributes:
        message: what the actor wanted to be sent.
        timer: its handle; cancelled meanwhile, the message is not delivered.
    """

    __slots__ = ("message", "timer")

    timer: Timer

    def __init__(self, message: Any) -> None:
        self.message = message


class Down:
    """An actor that this one watches has ended.

    Attributes:
        monitor: the watch; cancelled meanwhile, the news is not delivered.
        reason: why it ended.
    """

    __slots__ = ("monitor", "reason")

    def __init__(self, monitor: Monitor, reason: ExitReason) -> None:
        self.monitor = monitor
        self.reason = reason


class ExitSignal:
    """An actor that this one is linked to has ended.

    Attributes:
        link: the link; ended meanwhile, the signal has no effect.
        ref: the actor that has ended.
        reason: why it ended.
    """

    __slots__ = ("link", "reason", "ref")

    def __init__(self, link: Link, ref: ActorRef[Any], reason: ExitReason) -> None:
        self.link = link
        self.ref = ref
        self.reason = reason
