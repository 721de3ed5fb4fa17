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
    """Bookkeeping of the queries: at most `width` of them run at a time.

    Each one that runs has a child session. One that waits has none yet, as a rule.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._children: dict[str, ActorRef[Any]] = {}
        self._turns: dict[ActorRef[Any], str] = {}
        self._waiting: OrderedDict[str, Ticket] = OrderedDict()
        self._running: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._children or self._waiting)

    def free(self) -> bool:
        """Whether one more may run."""
        return len(self._running) < self._width

    def wait(self, ticket: Ticket) -> None:
        """Have `ticket` wait behind all others."""
        self._waiting[ticket.turn_id] = ticket

    def run_next(self) -> Ticket | None:
        """Take out who has waited longest, if one may run: it counts as running from here on."""
        if not self._waiting or not self.free():
            return None
        turn_id, ticket = self._waiting.popitem(last=False)
        self._running.add(turn_id)
        return ticket

    def run(self, ticket: Ticket) -> None:
        """Count `ticket` as running."""
        self._running.add(ticket.turn_id)

    def serve(self, ticket: Ticket, child: ActorRef[Any]) -> None:
        """Take note that `child` serves `ticket`."""
        self._children[ticket.turn_id] = child
        self._turns[child] = ticket.turn_id

    def remove(self, child: ActorRef[Any]) -> None:
        """Forget a child that is down, and its query."""
        turn_id = self._turns.pop(child, None)
        if turn_id is not None:
            del self._children[turn_id]
            self.forget(turn_id)

    def forget(self, turn_id: str) -> None:
        """Forget a query that has no child."""
        self._waiting.pop(turn_id, None)
        self._running.discard(turn_id)

    def withdraw(self, turn_id: str) -> Ticket | None:
        """Take out a query that waits without a child, if it is one."""
        return None if turn_id in self._children else self._waiting.pop(turn_id, None)

    def withdraw_all(self) -> list[Ticket]:
        """Take out all that wait without a child."""
        tickets = [self.withdraw(turn_id) for turn_id in tuple(self._waiting)]
        return [ticket for ticket in tickets if ticket is not None]

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
        """Tickets of those that may not run yet, in order."""
        return self._waiting
