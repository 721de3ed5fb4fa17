"""`active_goal`: the condition the session works towards."""

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = ["ActiveGoal", "Goal"]


class Goal(Wire, frozen=True, kw_only=True):
    """A condition and how long it has been worked on."""

    condition: str
    iterations: int = 0
    set_at: int | float | None = None
    tokens_at_start: int | None = None
    last_reason: str | None = None


class ActiveGoal(Framed, frozen=True, kw_only=True, tag="active_goal"):
    """The goal was set, or taken away (`value` is None).

    Source: type files of CLI 2.1.329; never seen on the wire.
    """

    value: Goal | None = None
