"""The session actor: one conversation, its queue of turns, and the process that serves it.

Turns are sent one at a time, so that the CLI never merges two prompts; each result is matched by
the ids it covers. A process that died is replaced at the next turn, resuming the conversation as it
was last observed; if nothing of it was stored, every further turn fails and says so. Nothing is
ever sent twice.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.port import CloseReason, PortDown
from greenroom.request import (
    Abort,
    Failed,
    Held,
    Request,
    RequestDone,
    Sent,
)
from greenroom.runtime import ActorRef, Crash, ExitReason, Killed, Terminated, handles
from greenroom.session.beside import Beside
from greenroom.session.evidence import (
    conversation_lost,
    death_of,
    given_back,
    given_up,
    lost,
    queue_full,
    stopped,
    withdrawn,
)
from greenroom.session.keeping import KeepingActor
from greenroom.session.messages import (
    EditQueued,
    ListQueued,
    Reprompt,
    Spent,
    Submit,
    not_queued,
)
from greenroom.session.waiting import Waiting, WaitingRoom
from greenroom.turn import Interrupt, Relief, Stream
from greenroom.values.outcomes import Rejected
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.session.board import Board, QueuedTurn, SessionPhase
    from greenroom.session.flight import Flight
    from greenroom.session.lane import Lane
    from greenroom.session.setup import Setup
    from greenroom.values.outcomes import TurnError

__all__ = ["SessionActor"]

_STOP_INTERRUPT_SECONDS: Final = 1.0
"""How long a stopping session lets a running turn end by itself (step T0 of the stop ladder)."""


class _StopOverdue(NamedTuple):
    """The running turn did not end within the grace of a stop."""


class SessionActor(KeepingActor):
    """Owns one conversation; see the module for what it promises."""

    mailbox_bound = None  # frames must never be refused; the waiting room bounds the turns
    ends_with_system = True

    def __init__(
        self,
        setup: Setup,
        *,
        board: Board,
        background: Stream,
        parent: ActorRef[Any] | None = None,
        permitted: bool = True,
    ) -> None:
        """Create the actor.

        Args:
            setup: what to run and how.
            board: where snapshots are published.
            background: where frames go that belong to no turn of ours.
            parent: the fan it serves a single turn for; it stops itself afterwards.
            permitted: whether it may start a process before the fan says `Permit`.
        """
        super().__init__(setup, board=board, background=background, parent=parent)
        self._parent = parent
        self._permitted = permitted
        self._beside = Beside(setup, background)
        self._waiting = WaitingRoom()
        self._stopping = False

    def on_start(self) -> None:
        """A single query does not outlive its fan."""
        if self._parent is not None:
            self.watch(self._parent)
        self._recovery.revive()

    # --- taking work ------------------------------------------------------------------------

    @handles(Submit)
    def _on_submit(self, message: Submit) -> None:
        ticket = message.ticket
        if ticket.parallel and not self._stopping:
            self._beside.branch(self, ticket, self._resumption.settled, self._setup.options)
            return
        request = Request.start(ticket, session=self.actor_ref, dispatcher=self.dispatcher)
        if self._stopping or self._waiting.full:
            self.send(request, Failed(stopped() if self._stopping else queue_full()))
            return
        self._waiting.enter(Waiting(ticket, request, ticket.turn_id))
        self._recovery.wants()
        self._pump()

    @handles(ListQueued)
    def _on_list(self, message: ListQueued) -> tuple[QueuedTurn, ...]:
        del message
        return (*self._waiting.listing(), *self._beside.listing())

    @handles(EditQueued)
    def _on_edit(self, message: EditQueued) -> None:
        if not (self._waiting.edit(*message) or self._beside.edit(*message)):
            raise not_queued(message.turn_id)

    @handles(Reprompt)
    def _on_reprompt(self, message: Reprompt) -> None:
        self._waiting.edit(message.turn_id, message.prompt)

    # --- sending ----------------------------------------------------------------------------

    def _pump(self) -> None:
        """Send the next turn when none is in flight."""
        while self._waiting and self._may_send():
            lane = self._lane
            if lane is not None and not lane.free:
                self._be_patient(lane)
                break
            if lane is not None and not self._serves(lane):
                self._retire(lane, "the next turn has options that it cannot take on")
                break
            self._send_turn(self._waiting.next())
        self._keep_up()
        self._publish()

    def _serves(self, lane: Lane) -> bool:
        """Whether the process can run the next turn; another has to, if not."""
        waiting = self._waiting.first
        assert waiting is not None
        try:
            return lane.conversation.serves(self._options_of(waiting.ticket))
        except LocalProtocolError:  # no process can: it is refused when it is to be sent
            return True

    def _send_turn(self, waiting: Waiting) -> None:
        if self._conversation_lost():
            lost_id = self._resumption.settled
            self._refuse(waiting, conversation_lost(lost_id, sent=waiting.sent))
            return
        try:
            lane, lines = self._lane_for(waiting)
        except LocalProtocolError as error:
            self._refuse(waiting, Rejected(str(error), code="bad_prompt"))
        else:
            self._note_work()
            self._recovery.dormant = not self._setup.recovery.eager
            lane.take_off(waiting, lines)
            self.send(waiting.request, Sent(lane.spoke, lane.evidence))

    def _lane_for(self, waiting: Waiting) -> tuple[Lane, bytes]:
        """Return the lane that takes a prompt, and the lines that ask it.

        Raises:
            LocalProtocolError: it cannot be put on the wire; no process was started for it.
        """
        prompt, options = waiting.ticket.prompt, self._options_of(waiting.ticket)
        if self._lane is not None:
            return self._lane, self._lane.conversation.submit(waiting.wire_id, prompt, options)
        beginning = self._beginning()
        if not beginning.conversation.serves(options):
            beginning = self._beginning(options)
        lines = beginning.conversation.submit(waiting.wire_id, prompt, options)
        return self._open_lane(beginning), lines

    def _refuse(self, waiting: Waiting, error: TurnError) -> None:
        self._books.turn(completed=False)
        self.send(waiting.request, Failed(error))

    def _next_waiting(self) -> Waiting | None:
        return self._waiting.first

    def _put_back(self, flight: Flight) -> None:
        again = Waiting(flight.ticket, flight.request, str(uuid.uuid4()), flight.touched)
        self._waiting.come_back(again)
        self.send(flight.request, Held())

    def _flight_ended(self, lane: Lane) -> None:
        self._note_work()
        if self._stopping:
            lane.close(busy=False)
        self._retire_if_due(lane)
        self._pump()

    # --- ending turns -------------------------------------------------------------------------

    @handles(RequestDone)
    def _on_done(self, message: RequestDone) -> None:
        self._waiting.leave(message.turn_id)
        if self._parent is not None:
            self.stop()
        self._publish()

    @handles(Spent)
    def _on_spent(self, message: Spent) -> None:
        self._books.add(message.more)

    @handles(Interrupt)
    def _on_interrupt(self, message: Interrupt) -> None:
        lane, turn_id = self._lane, message.turn_id
        waiting = self._waiting.leave(turn_id)
        if waiting is not None:
            self._withdraw(waiting, message.reason)
            self._publish()
        elif lane is not None and lane.flight is not None and lane.owns(turn_id):
            self.send(lane.flight.request, message)
            self._abort(lane)
        else:
            self._beside.forward(message)

    def _withdraw(self, waiting: Waiting, reason: str) -> None:
        self._refuse(waiting, given_back(reason) if waiting.sent else withdrawn(reason))

    @handles(Abort)
    def _on_abort(self, message: Abort) -> None:
        lane = self._lane
        if self._waiting.leave(message.turn_id) is not None:
            self._books.turn(completed=False)
        elif lane is not None and lane.flight is not None and lane.owns(message.turn_id):
            lane.flight.over = True
            self._books.turn(completed=False)
            if message.stuck:
                lane.close(busy=True, reason=CloseReason.STUCK)
            else:
                self._abort(lane)
        self._publish()

    # --- a slow reader ----------------------------------------------------------------------------

    @handles(Relief)
    def _on_relief(self, message: Relief) -> None:
        lane, waiting = self._lane, self._waiting.find(message.turn_id)
        if waiting is not None:  # its process is gone, and it is asked again
            self.send(waiting.request, message)
        elif lane is not None and lane.flight is not None and lane.owns(message.turn_id):
            self.send(lane.flight.request, message)
        else:
            self._beside.forward(message)

    # --- the end of the process and of the session ----------------------------------------------

    @handles(PortDown)
    def _on_port_down(self, message: PortDown) -> None:
        lane, self._lane = self._lane, None
        if lane is not None:
            self._lose(lane, death_of(lane, message, self._setup.backend))
            self._see_to_the_end()

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        lane = self._lane
        if lane is not None and message.ref == lane.port:
            self._lane = None
            self._lose(lane, lost(message.reason))
            self._see_to_the_end()
        elif message.ref == self._beside.fan:
            self._beside.lose_fan()
        elif message.ref == self._parent:
            self.stop()
        if self._stopping and self._lane is None and self._beside.fan is None:
            self.terminate()
            return
        self._go_on()

    def _see_to_the_end(self) -> None:
        error = self._recovery.gave_up
        if error is not None and not self._stopping:
            self._resign(error)

    def _resign(self, error: TurnError) -> None:
        """End, and tell whoever watches that it was no wish of anybody's."""
        for waiting in self._waiting.empty():
            self._refuse(waiting, given_up(error))
        self.actor_ref.stop(block=False, reason=Crash(error))

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Withdraw what waits, end what runs, and be down only when every process is reaped."""
        if not self._stopping:
            self._stopping = True
            why = "the session failed" if isinstance(reason, Crash) else "the session was stopped"
            for waiting in self._waiting.empty():
                self._withdraw(waiting, why)
            self._drop_postponed()
            self._recovery.stop()
            self._beside.stop()
            if self._lane is not None:
                self._stop_lane(self._lane, why)
            self._publish()
        if isinstance(reason, Killed):
            self._kill()
        return self._lane is None and self._beside.fan is None

    def _kill(self) -> None:
        """Somebody's patience is over: end all processes now."""
        if self._lane is not None:
            self._lane.kill()
        if self._beside.fan is not None:
            from greenroom.runtime.killing import kill  # noqa: PLC0415 - few sessions are killed

            kill(self._beside.fan)

    def _stop_lane(self, lane: Lane, why: str) -> None:
        flight = lane.flight
        if flight is None:
            lane.close(busy=lane.foreign, reason=CloseReason.STOPPED)
        else:
            self.send(flight.request, Interrupt(flight.turn_id, why))
            self._abort(lane)
            self.after(_STOP_INTERRUPT_SECONDS, _StopOverdue())

    @handles(_StopOverdue)
    def _on_stop_overdue(self, message: _StopOverdue) -> None:
        del message
        if self._lane is not None:
            self._lane.close(busy=True, reason=CloseReason.STOPPED)

    def on_stop(self) -> None:
        """Show the end; what the process asked, or was ordered, comes to nothing."""
        if self._lane is not None:
            self._lane.lose("the session ended")
        self._close_runner()
        if self._parent is None:
            self._background.end()
        self._board.update(phase="stopped", running=None, queued=0, pid=None)

    def on_failure(self, *_error: object) -> None:
        """Show the end, whatever it was."""
        self.on_stop()

    def _publish(self) -> None:
        flight = None if self._lane is None else self._lane.flight
        self._board.update(
            phase=self._phase(),
            running=None if flight is None else flight.turn_id,
            queued=len(self._waiting) + len(self._beside),
        )

    def _phase(self) -> SessionPhase:
        lane = self._lane
        if self._stopping:
            return "stopping"
        if self._recovery.parked:
            return "parked"
        if lane is None:
            return "recovering" if self._recovery.recovering else "idle"
        if not lane.spoke:
            return "starting"
        return "idle" if lane.flight is None else "busy"
