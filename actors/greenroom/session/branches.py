"""The parallel queries of a session: which run, which wait for one that ends."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from greenroom.session.board import QueuedTurn

if TYPE_CHECKING:
    from pykka import ActorRef

    from greenroom.turn import Ticket

__all__ = ["Branches"]


class Branches:
    """Bookkeeping of child sessions, at most `width` of them permitted at a time."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._children: dict[str, ActorRef[Any]] = {}
        self._turns: dict[ActorRef[Any], str] = {}
        self._waiting: OrderedDict[str, Ticket] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._children)

    def free(self) -> bool:
        """Whether one more may run."""
        return len(self._children) - len(self._waiting) < self._width

    def add(self, ticket: Ticket, child: ActorRef[Any], *, permitted: bool) -> None:
        """Take in the child that serves `ticket`."""
        self._children[ticket.turn_id] = child
        self._turns[child] = ticket.turn_id
        if not permitted:
            self._waiting[ticket.turn_id] = ticket

    def remove(self, child: ActorRef[Any]) -> ActorRef[Any] | None:
        """Forget a child that is down; return the one that may run in its place."""
        turn_id = self._turns.pop(child, None)
        if turn_id is None:
            return None
        del self._children[turn_id]
        self._waiting.pop(turn_id, None)
        if not self._waiting or not self.free():
            return None
        turn_id, _ = self._waiting.popitem(last=False)
        return self._children[turn_id]

    def child(self, turn_id: str) -> ActorRef[Any] | None:
        """Return the child that serves `turn_id`."""
        return self._children.get(turn_id)

    def children(self) -> tuple[ActorRef[Any], ...]:
        """Return all children, in the order they were added."""
        return tuple(self._children.values())

    def listing(self) -> tuple[QueuedTurn, ...]:
        """Show those that may not run yet, in order."""
        return tuple(
            QueuedTurn(turn_id=ticket.turn_id, prompt=ticket.prompt)
            for ticket in self._waiting.values()
        )

    @property
    def waiting(self) -> OrderedDict[str, Ticket]:
        """Tickets of the children that may not run yet, in order."""
        return self._waiting
