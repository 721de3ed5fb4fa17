"""What session actors are told: by their handle, their parent and their children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.values.errors import TurnNotQueuedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.backends.base import Prompt
    from greenroom.callbacks import Run, Trouble
    from greenroom.port import CloseReason
    from greenroom.runtime import Future
    from greenroom.session.desk import Desk
    from greenroom.session.entry import Entry
    from greenroom.turn import Ticket
    from greenroom.values.usage import Totals

__all__ = [
    "Branch",
    "CallbackOverdue",
    "CallbackReturned",
    "EditQueued",
    "ListQueued",
    "Order",
    "Permit",
    "PostponedOverdue",
    "Recycle",
    "Reprompt",
    "ServerSpoke",
    "Spent",
    "Submit",
    "Warm",
    "not_queued",
]


class Submit(NamedTuple):
    """Run a query; its outcome comes through the ticket."""

    ticket: Ticket


class Branch(NamedTuple):
    """To a fan: run a query from a copy of this conversation."""

    ticket: Ticket
    session_id: str | None
    options: Any


class ListQueued(NamedTuple):
    """Ask for the turns that wait, in order."""


class EditQueued(NamedTuple):
    """Ask to replace the prompt of a turn that waits."""

    turn_id: str
    prompt: Prompt


class Warm(NamedTuple):
    """Start the process and do the handshake now instead of at the first turn."""


class Reprompt(NamedTuple):
    """To the child of a fan: the prompt of its turn was edited."""

    turn_id: str
    prompt: Prompt


class CallbackReturned(NamedTuple):
    """A callback has run: a question of the CLI can be answered."""

    entry: Entry
    run: Run
    value: Any
    trouble: Trouble | None


class CallbackOverdue(NamedTuple):
    """A callback has not come back by its deadline."""

    entry: Entry
    run: Run


class ServerSpoke(NamedTuple):
    """One of the session's own tool servers has a notification for a process."""

    desk: Desk
    server: str
    message: Mapping[str, Any]


class Order(NamedTuple):
    """Have the CLI do something while it runs; a process is started for it if none is up.

    Attributes:
        name: of the order, for errors.
        request: what the backend made of it.
        changes: options of the session that it changes.
        reply: settled with the CLI's answer, or failed.
        seconds: how long the CLI may take to answer.
    """

    name: str
    request: Any
    changes: Mapping[str, Any]
    reply: Future[Any]
    seconds: float

    def __repr__(self) -> str:
        return f"<Order {self.name}>"  # the request may hold what nobody is to see


class PostponedOverdue(NamedTuple):
    """No process came in time for an order that waits for the next one."""

    number: int


class Permit(NamedTuple):
    """To the child of a fan, or to a parked session: it may start its process now.

    Attributes:
        trial: the parking lot waits to hear how that goes; else it has forgotten the session.
    """

    trial: bool = False


class Recycle(NamedTuple):
    """End the process, and go on with the conversation in another one.

    Attributes:
        why: for the record.
        reason: end it at once, whatever runs, for this reason; None: when no turn runs.
    """

    why: str
    reason: CloseReason | None = None


class Spent(NamedTuple):
    """To a parent: this came to the totals of a child."""

    more: Totals


def not_queued(turn_id: str) -> TurnNotQueuedError:
    """Return the error for acting on a turn that does not wait any more."""
    return TurnNotQueuedError(
        f"turn {turn_id} is not waiting: it was sent, finished or cancelled, and can no longer be "
        "edited"
    )
