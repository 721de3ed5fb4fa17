"""One life of a child, from the start that succeeded to the news of its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.runtime.supervision.policy import BRUTAL_KILL, INFINITY

if TYPE_CHECKING:
    from pykka import ActorRef

    from greenroom.runtime.exit_reason import ExitReason
    from greenroom.runtime.supervision.child import Child
    from greenroom.runtime.supervision.child_spec import ChildSpec
    from greenroom.runtime.timer import Timer

__all__ = ["Life"]


class Life:
    """A child's actor. A restarted child has another.

    Attributes:
        owner: the child whose life it is.
        child: what the start gave.
        ref: its reference.
        reason: why it ended; None while it lives, or nothing else is known.
        asked: whether it was told to end.
        timer: when it will be killed, if it is told so by a timer of its own.
    """

    __slots__ = ("asked", "child", "owner", "reason", "ref", "timer")

    def __init__(self, owner: Child, child: Any, ref: ActorRef[Any]) -> None:
        self.owner = owner
        self.child = child
        self.ref = ref
        self.reason: ExitReason | None = None
        self.asked = False
        self.timer: Timer | None = None

    @property
    def spec(self) -> ChildSpec:
        """The specification of the child."""
        return self.owner.spec

    @property
    def seconds_to_end(self) -> float | None:
        """How long it has to end when it was told to, before it is killed; None for ever."""
        shutdown = self.spec.shutdown
        return None if shutdown in {BRUTAL_KILL, INFINITY} else float(shutdown)  # type: ignore[arg-type]  # a number

    @property
    def active(self) -> bool:
        """Whether its actor lives."""
        return self.reason is None and self.ref.is_alive()

    @property
    def end(self) -> ExitReason:
        """Why it ended, where it is known that it did."""
        assert self.reason is not None
        return self.reason
