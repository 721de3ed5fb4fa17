"""The fan: a session whose queries each get a process of their own.

Every query is served by a child :class:`~greenroom.session.actor.SessionActor` that lives for one
turn, from a copy of the conversation the options name or from none; at most `width` of them run at
a time. One that waits is a ticket and nothing more, unless a clock of its runs meanwhile: a hundred
thousand may wait.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.runtime import Actor, ActorRef, Crash, ExitReason, Killed, Terminated, handles
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board, QueuedTurn
from greenroom.session.books import Books
from greenroom.session.branches import Branches
from greenroom.session.evidence import queue_full, stopped, withdrawn
from greenroom.session.handover import hand_over, refuse
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
from greenroom.session.resumption import NO_PAST
from greenroom.session.waiting import MAX_WAITING
from greenroom.turn import Interrupt, Relief, Stream, Ticket
from greenroom.values.outcomes import Cancelled
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.backends.base import Prompt
    from greenroom.session.setup import Setup
    from greenroom.values.recovery import Recovery

__all__ = ["Fan"]


class Fan(Actor):
    """Runs queries beside each other; see the module."""

    mailbox_bound = None  # frames must never be refused; MAX_WAITING bounds the turns
    ends_with_system = True

    def __init__(
        self,
        setup: Setup,
        *,
        board: Board,
        background: Stream,
        branches: Branches | None = None,
        parent: ActorRef[Any] | None = None,
    ) -> None:
        """Create the actor.

        Args:
            setup: what to run and how.
            board: where snapshots are published.
            background: where frames go that belong to no turn of ours.
            branches: its bookkeeping, when somebody else looks into it.
            parent: the conversation it branches from, told what each turn cost.
        """
        super().__init__()
        self._setup = setup
        self._board = board
        self._background = background
        self._parent = parent
        self._branches = Branches(setup.width) if branches is None else branches
        self._books = Books(board, None if parent is None else partial(self.send, parent))
        self._stopping = False

    def on_start(self) -> None:
        """A fan does not outlive the conversation it belongs to."""
        if self._parent is not None:
            self.watch(self._parent)

    @handles(Submit)
    def _on_submit(self, message: Submit) -> None:
        self._branch(message.ticket, None, self._setup.options)

    @handles(Branch)
    def _on_branch(self, message: Branch) -> None:
        self._branch(*message)

    def _branch(self, ticket: Ticket, session_id: str | None, options: Any) -> None:
        backend, branches = self._setup.backend, self._branches
        if self._stopping or len(branches.waiting) >= MAX_WAITING:
            refuse(ticket, stopped() if self._stopping else queue_full())
            return
        try:
            options = backend.fork(options, session_id, ticket.options)
        except LocalProtocolError as error:
            refuse(ticket, backend.failure(error))
            return
        ticket = ticket._replace(options=options, parallel=False)
        permitted = branches.free()
        if permitted:
            branches.run(ticket)
        else:
            branches.wait(ticket)
        if permitted or ticket.deadlines.total is not None:
            self._serve(ticket, permitted=permitted)
        self._publish()

    def _serve(self, ticket: Ticket, *, permitted: bool) -> None:
        try:
            child = SessionActor.start(
                self._setup._replace(
                    options=ticket.options,
                    callbacks=ticket.callbacks or self._setup.callbacks,
                    past=NO_PAST,
                    recovery=_passing(self._setup.recovery),
                    idle_seconds=None,
                ),
                board=Board(),
                background=self._background,
                dispatcher=self.dispatcher,
                parent=self.actor_ref,
                permitted=permitted,
            )
        except BaseException as error:
            self._branches.forget(ticket.turn_id)
            refuse(ticket, Cancelled(f"the session did not take the turn: {error}"))
            raise
        self.watch(child)
        self._branches.serve(ticket, child)
        hand_over(child, Submit(ticket._replace(options={})), ticket)

    def _serve_next(self) -> None:
        ticket = None if self._stopping else self._branches.run_next()
        if ticket is None:
            return
        child = self._branches.child(ticket.turn_id)
        if child is None:
            self._serve(ticket, permitted=True)
        else:
            self.send(child, Permit())

    @handles(ListQueued)
    def _on_list(self, message: ListQueued) -> tuple[QueuedTurn, ...]:
        del message
        return self._branches.listing()

    @handles(EditQueued)
    def _on_edit(self, message: EditQueued) -> None:
        if not self._reprompt(*message):
            raise not_queued(message.turn_id)

    @handles(Reprompt)
    def _on_reprompt(self, message: Reprompt) -> None:
        self._reprompt(*message)

    def _reprompt(self, turn_id: str, prompt: Prompt) -> bool:
        waiting, child = self._branches.waiting, self._branches.child(turn_id)
        if turn_id not in waiting:
            return False
        waiting[turn_id] = waiting[turn_id]._replace(prompt=prompt)
        if child is not None:
            self.send(child, Reprompt(turn_id, prompt))
        return True

    @handles(Interrupt)
    def _on_interrupt(self, message: Interrupt) -> None:
        ticket = self._branches.withdraw(message.turn_id)
        if ticket is None:
            self._forward(message.turn_id, message)
        else:
            self._withdraw(ticket, message.reason)
            self._publish()

    def _withdraw(self, ticket: Ticket, reason: str) -> None:
        self._books.turn(completed=False)
        refuse(ticket, withdrawn(reason))

    @handles(Relief)
    def _on_relief(self, message: Relief) -> None:
        self._forward(message.turn_id, message)

    def _forward(self, turn_id: str, message: Any) -> None:
        child = self._branches.child(turn_id)
        if child is not None:
            self.send(child, message)

    @handles(Spent)
    def _on_spent(self, message: Spent) -> None:
        self._books.add(message.more)

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        if self._parent is not None and message.ref == self._parent:
            self.stop()
            return
        self._branches.remove(message.ref)
        self._serve_next()
        self._publish()
        if self._stopping and not self._branches:
            self.terminate()

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Withdraw what waits, and be down only when every process is reaped."""
        if not self._stopping:
            self._stopping = True
            why = "the session failed" if isinstance(reason, Crash) else "the session was stopped"
            for ticket in self._branches.withdraw_all():
                self._withdraw(ticket, why)
            self._publish()
            for child in self._branches.children():
                child.stop(block=False)
        if isinstance(reason, Killed):
            from greenroom.runtime.killing import kill  # noqa: PLC0415 - few fans are killed

            for child in self._branches.children():
                kill(child)
        return not self._branches

    def on_stop(self) -> None:
        """Show the end; who still waits is not left without an outcome."""
        for ticket in self._branches.withdraw_all():
            refuse(ticket, Cancelled("the turn was abandoned", confirmed=False))
        if self._parent is None:
            self._background.end()
        self._board.update(phase="stopped", queued=0)

    def on_failure(self, *_error: object) -> None:
        """Show the end, whatever it was."""
        self.on_stop()

    def _publish(self) -> None:
        busy = "busy" if self._branches else "idle"
        self._board.update(
            phase="stopping" if self._stopping else busy, queued=len(self._branches.waiting)
        )


def _passing(recovery: Recovery) -> Recovery:
    """Return what a session that lives for one turn does about lost processes."""
    return msgspec.structs.replace(recovery, eager=False) if recovery.eager else recovery
