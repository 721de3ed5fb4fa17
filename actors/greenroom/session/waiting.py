"""The turns that wait in a session, in the order they will be sent."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.session.board import QueuedTurn

if TYPE_CHECKING:
    from greenroom.backends.base import Prompt
    from greenroom.runtime import ActorRef
    from greenroom.turn import Ticket

__all__ = ["MAX_WAITING", "Waiting", "WaitingRoom"]

MAX_WAITING = 100_000
"""Turns that may wait in one session."""


class Waiting(NamedTuple):
    """A turn that waits.

    Attributes:
        ticket: what is asked.
        request: the actor that owns it.
        wire_id: the id that its prompt is sent with; that of the turn, unless it was sent before.
        begun: the CLI had begun it then.
    """

    ticket: Ticket
    request: ActorRef[Any]
    wire_id: str
    begun: bool = False

    @property
    def sent(self) -> bool:
        """Whether it was sent before."""
        return self.wire_id != self.ticket.turn_id


class WaitingRoom:
    """A bounded queue whose members can be looked at, edited and taken out."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, Waiting] = OrderedDict()

    def __len__(self) -> int:
        return len(self._turns)

    @property
    def full(self) -> bool:
        """Whether there is no room for one more."""
        return len(self._turns) >= MAX_WAITING

    def enter(self, waiting: Waiting) -> None:
        """Wait behind all others."""
        self._turns[waiting.ticket.turn_id] = waiting

    def come_back(self, waiting: Waiting) -> None:
        """Wait once more, before all others, although there may be no room."""
        self._turns[waiting.ticket.turn_id] = waiting
        self._turns.move_to_end(waiting.ticket.turn_id, last=False)

    def next(self) -> Waiting:
        """Take out who has waited longest."""
        return self._turns.popitem(last=False)[1]

    @property
    def first(self) -> Waiting | None:
        """Who has waited longest."""
        return next(iter(self._turns.values()), None)

    def find(self, turn_id: str) -> Waiting | None:
        """Return one, if it is there."""
        return self._turns.get(turn_id)

    def leave(self, turn_id: str) -> Waiting | None:
        """Take out one, if it is there."""
        return self._turns.pop(turn_id, None)

    def edit(self, turn_id: str, prompt: Prompt) -> bool:
        """Replace the prompt of one that was not sent yet; return whether it was there."""
        waiting = self._turns.get(turn_id)
        if waiting is None or waiting.sent:
            return False
        ticket = waiting.ticket._replace(prompt=prompt)
        self._turns[turn_id] = waiting._replace(ticket=ticket)
        return True

    def empty(self) -> list[Waiting]:
        """Take out all."""
        everyone = list(self._turns.values())
        self._turns.clear()
        return everyone

    def listing(self) -> tuple[QueuedTurn, ...]:
        """Show all, in order."""
        tickets = [waiting.ticket for waiting in self._turns.values()]
        return tuple(QueuedTurn(turn_id=t.turn_id, prompt=t.prompt) for t in tickets)
