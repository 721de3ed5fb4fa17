"""What a request is told by its session, and what it tells it; see `greenroom.request.actor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.events import Event, Verdict
    from greenroom.permissions import Denial
    from greenroom.values.callback_failure import CallbackFailure
    from greenroom.values.outcomes import FailureContext, TurnError

__all__ = [
    "Abort",
    "Ended",
    "Failed",
    "Heard",
    "Held",
    "Meant",
    "Noted",
    "Pressure",
    "RequestDone",
    "Sent",
    "Started",
]


class Sent(NamedTuple):
    """The prompt was handed to the port.

    Attributes:
        up: whether the process has said anything yet.
        evidence: tells what is known of the process, for a turn that times out.
    """

    up: bool
    evidence: Callable[[], FailureContext]


class Held(NamedTuple):
    """The CLI works on a turn of its own first; it waits as it would in the queue."""


class Started(NamedTuple):
    """The process said its first word."""


class Heard(NamedTuple):
    """The first frame of this turn is in its stream, where all that follow go, too."""


class Meant(NamedTuple):
    """A frame of this turn meant this."""

    event: Event


class Noted(NamedTuple):
    """A callback failed in this turn, or denied something."""

    what: CallbackFailure | Denial


class Ended(NamedTuple):
    """A result covers this turn."""

    verdict: Verdict
    session_id: str | None
    context: FailureContext
    frame: Any


class Failed(NamedTuple):
    """There will be no result."""

    error: TurnError


class Abort(NamedTuple):
    """To the session: make the CLI stop working on this turn.

    Attributes:
        stuck: it gave no sign of life, so do not wait for it to confirm.
    """

    turn_id: str
    stuck: bool


class Pressure(NamedTuple):
    """To the session: the reader is behind (`high`) or has caught up."""

    turn_id: str
    high: bool


class RequestDone(NamedTuple):
    """To the session: the turn has its outcome."""

    turn_id: str
