"""The fan: a session whose queries each get a process of their own.

Every query is a child :class:`~greenroom.session.actor.SessionActor` that lives for one turn, from
a copy of the conversation the options name or from none; at most `width` of them have a process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.runtime import Actor, ActorRef, ExitReason, Terminated, handles
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board, QueuedTurn
from greenroom.session.branches import Branches
from greenroom.session.evidence import queue_full
from greenroom.session.messages import (
    Branch,
    EditQueued,
    ListQueued,
    Permit,
    Reprompt,
    Spent,
    Submit,
    not_queued,
)
from greenroom.session.waiting import MAX_WAITING
from greenroom.turn import Interrupt, Relief, Stream, Ticket
from greenroom.values.outcomes import Rejected
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.session.setup import Setup

__all__ = ["Fan"]


class Fan(Actor):
    """Runs queries beside each other; see the module."""

    mailbox_bound = None  # frames must never be refused; MAX_WAITING bounds the turns

    def __init__(
        self,
        setup: Setup,
        *,
        board: Board,
        background: Stream,
        parent: ActorRef[Any] | None = None,
    ) -> None:
        """Create the actor.

        Args:
            setup: what to run and how.
            board: where snapshots are published.
            background: where frames go that belong to no turn of ours.
            parent: the conversation it branches from, told what each turn cost.
        """
        super().__init__()
        self._setup = setup
        self._board = board
        self._background = background
        self._parent = parent
        self._branches = Branches(setup.width)
        self._stopping = False

    def on_start(self) -> None:
        """A fan does not outlive the conversation it belongs to."""
        if self._parent is not None:
            self.watch(self._parent)

    @handles(Submit)
    def _on_submit(self, message: Submit) -> None:
        self._branch(message.ticket, None)

    @handles(Branch)
    def _on_branch(self, message: Branch) -> None:
        self._branch(message.ticket, message.session_id)

    def _branch(self, ticket: Ticket, session_id: str | None) -> None:
        setup = self._setup
        permitted = self._branches.free()
        if len(self._branches.waiting) >= MAX_WAITING:
            _refuse(ticket, queue_full())
            return
        try:
            options = setup.backend.fork(setup.options, session_id, ticket.options)
        except LocalProtocolError as error:
            _refuse(ticket, Rejected(str(error), code="bad_option"))
            return
        child = SessionActor.start(
            setup._replace(options=options),
            board=Board(),
            background=self._background,
            dispatcher=self.dispatcher,
            parent=self.actor_ref,
            permitted=permitted,
        )
        self.watch(child)
        self._branches.add(ticket, child, permitted=permitted)
        self.send(child, Submit(ticket._replace(options=options, parallel=False)))
        if self._stopping:
            child.stop(block=False)
        self._publish()

    @handles(ListQueued)
    def _on_list(self, message: ListQueued) -> tuple[QueuedTurn, ...]:
        del message
        return tuple(
            QueuedTurn(turn_id=ticket.turn_id, prompt=ticket.prompt)
            for ticket in self._branches.waiting.values()
        )

    @handles(EditQueued)
    def _on_edit(self, message: EditQueued) -> None:
        turn_id, prompt = message
        waiting = self._branches.waiting
        child = self._branches.child(turn_id)
        if child is None or turn_id not in waiting:
            raise not_queued(turn_id)
        waiting[turn_id] = waiting[turn_id]._replace(prompt=prompt)
        self.send(child, Reprompt(turn_id, prompt))

    @handles(Interrupt)
    def _on_interrupt(self, message: Interrupt) -> None:
        self._forward(message.turn_id, message)

    @handles(Relief)
    def _on_relief(self, message: Relief) -> None:
        self._forward(message.turn_id, message)

    def _forward(self, turn_id: str, message: Any) -> None:
        child = self._branches.child(turn_id)
        if child is not None:
            self.send(child, message)

    @handles(Spent)
    def _on_spent(self, message: Spent) -> None:
        totals = self._board.info.totals
        self._board.update(totals=totals.plus(message.spend, completed=message.completed))
        if self._parent is not None:
            self.send(self._parent, message)

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        if self._parent is not None and message.ref == self._parent:
            self.stop()
            return
        permitted = self._branches.remove(message.ref)
        if permitted is not None:
            self.send(permitted, Permit())
        self._publish()
        if self._stopping and not self._branches:
            self.terminate()

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Be down only when every process is reaped."""
        del reason
        if not self._stopping:
            self._stopping = True
            self._publish()
            for child in self._branches.children():
                child.stop(block=False)
        return not self._branches

    def on_stop(self) -> None:
        """Show the end."""
        if self._parent is None:
            self._background.end()
        self._board.update(phase="stopped", queued=0)

    def _publish(self) -> None:
        busy = "busy" if self._branches else "idle"
        self._board.update(
            phase="stopping" if self._stopping else busy, queued=len(self._branches.waiting)
        )


def _refuse(ticket: Ticket, error: Rejected) -> None:
    ticket.outcome.settle(error)
    ticket.stream.end()
