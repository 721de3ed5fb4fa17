"""What a conversation runs beside itself: its fan, opened with the first parallel query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.runtime import Actor
from greenroom.session.board import Board, QueuedTurn
from greenroom.session.branches import Branches
from greenroom.session.handover import hand_over
from greenroom.session.messages import Branch, Reprompt

if TYPE_CHECKING:
    from greenroom.backends.base import Prompt
    from greenroom.runtime import ActorRef
    from greenroom.session.setup import Setup
    from greenroom.turn import Stream, Ticket

__all__ = ["Beside"]


class Beside:
    """The parallel queries of one conversation, seen from its actor.

    Args:
        setup: what the session is made with.
        background: where frames go that belong to no turn of ours.
    """

    def __init__(self, setup: Setup, background: Stream) -> None:
        self._setup = setup
        self._background = background
        self._branches = Branches(setup.width)
        self.fan: ActorRef[Any] | None = None

    def branch(self, owner: Actor, ticket: Ticket, session_id: str | None, options: Any) -> None:
        """Run a query from a copy of this conversation.

        Args:
            owner: the session actor; the fan reports to it and ends with it.
            ticket: the query.
            session_id: the conversation; None when nothing was said yet.
            options: of the conversation, as they stand.
        """
        if self.fan is None:
            from greenroom.session.fan import Fan  # noqa: PLC0415 - a fan is made of sessions

            self.fan = Fan.start(
                self._setup._replace(observer=None),
                board=Board(),
                background=self._background,
                branches=self._branches,
                parent=owner.actor_ref,
                dispatcher=owner.dispatcher,
            )
            owner.watch(self.fan)
        hand_over(self.fan, Branch(ticket, session_id, options), ticket)

    def __len__(self) -> int:
        """How many may not run yet."""
        return len(self._branches.waiting)

    def listing(self) -> tuple[QueuedTurn, ...]:
        """Show the queries that may not run yet."""
        return self._branches.listing()

    def edit(self, turn_id: str, prompt: Prompt) -> bool:
        """Replace the prompt of a query that may not run yet; return whether it was there."""
        if self.fan is None or turn_id not in self._branches.waiting:
            return False
        Actor.send(self.fan, Reprompt(turn_id, prompt))
        return True

    def forward(self, message: Any) -> None:
        """Pass on what may be about one of the queries."""
        if self.fan is not None:
            Actor.send(self.fan, message)

    def lose_fan(self) -> None:
        """The fan has ended; the next query gets another, which owes nothing to this one's."""
        self.fan = None
        self._branches = Branches(self._setup.width)

    def stop(self) -> None:
        """End all of them."""
        if self.fan is not None:
            self.fan.stop(block=False)
