"""What session actors are told: by their handle, their parent and their children."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from greenroom.values.errors import TurnNotQueuedError

if TYPE_CHECKING:
    from greenroom.backends.base import Prompt
    from greenroom.turn import Ticket
    from greenroom.values.usage import Totals

__all__ = [
    "Branch",
    "EditQueued",
    "ListQueued",
    "Permit",
    "Reprompt",
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


class Permit(NamedTuple):
    """To the child of a fan: it may start its process now."""


class Spent(NamedTuple):
    """To a parent: this came to the totals of a child."""

    more: Totals


def not_queued(turn_id: str) -> TurnNotQueuedError:
    """Return the error for acting on a turn that does not wait any more."""
    return TurnNotQueuedError(
        f"turn {turn_id} is not waiting: it was sent, finished or cancelled, and can no longer be "
        "edited"
    )
