"""Handing a ticket from one actor to the next, so that it can never be lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.values.outcomes import Cancelled, FailureContext, TurnError

if TYPE_CHECKING:
    from greenroom.runtime import ActorRef
    from greenroom.turn import Ticket

__all__ = ["hand_over", "refuse"]


def hand_over(ref: ActorRef[Any], message: Any, ticket: Ticket) -> None:
    """Send `message`, which carries `ticket`, to an actor that will see to its outcome.

    Sent as a question: an actor that ends before it came to it, or fails over it, answers with an
    error, and the turn has its outcome all the same.
    """

    def taken(error: BaseException | None) -> None:
        if error is not None:
            refuse(ticket, Cancelled(f"the session did not take the turn: {error}"))

    ref.ask(message, block=False).add_done_callback(taken)


def refuse(ticket: Ticket, error: TurnError) -> None:
    """Give the turn its outcome here and now; without effect if it has one."""
    error.context = FailureContext(turn_id=ticket.turn_id)
    ticket.outcome.settle(error)
    ticket.stream.end()
