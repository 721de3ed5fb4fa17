"""The session actor: one conversation, its queue of turns, and the process that serves it.

Turns are sent one at a time, so that the CLI never merges two prompts; each result is matched by
the ids it covers. A process that died is replaced at the next turn, resuming the conversation as it
was last observed; nothing is ever sent twice.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.backends.events import (
    Event,
    HandshakeDone,
    HandshakeFailed,
    OptionRefused,
    Question,
    QuestionWithdrawn,
    TurnBegan,
    TurnDropped,
    TurnEnded,
)
from greenroom.port import Port, PortDown, PortFrames, PortUp
from greenroom.request import (
    Abort,
    Ended,
    Failed,
    Frames,
    Meant,
    Pressure,
    Request,
    RequestDone,
    Sent,
    Started,
)
from greenroom.runtime import Actor, ActorRef, Crash, ExitReason, Terminated, Timer, handles
from greenroom.session.beside import Beside
from greenroom.session.books import Books
from greenroom.session.evidence import (
    context_of,
    death_of,
    dropped,
    lost,
    queue_full,
    stopped,
    withdrawn,
)
from greenroom.session.lane import Flight, Lane, select
from greenroom.session.messages import (
    EditQueued,
    ListQueued,
    Permit,
    Reprompt,
    Spent,
    Submit,
    Warm,
    not_queued,
)
from greenroom.session.waiting import Waiting, WaitingRoom
from greenroom.turn import Interrupt, Relief, Stream
from greenroom.values.outcomes import Rejected, TurnError
from greenroom_protocol import Batch, LocalProtocolError

if TYPE_CHECKING:
    from greenroom.session.board import Board, QueuedTurn, SessionPhase
    from greenroom.session.setup import Setup

__all__ = ["SessionActor"]

_STOP_INTERRUPT_SECONDS: Final = 1.0
"""How long a stopping session lets a running turn end by itself (step T0 of the stop ladder)."""


class _Escalate(NamedTuple):
    """An interrupt was not confirmed in time."""

    turn_id: str


class _ForeignOverdue(NamedTuple):
    """A turn of the CLI's own, for whose end a prompt of ours waits, may have fallen silent."""

    silence: float


class _StopOverdue(NamedTuple):
    """The running turn did not end within the grace of a stop."""


class SessionActor(Actor):
    """Owns one conversation; see the module for what it promises."""

    mailbox_bound = None  # frames must never be refused; the waiting room bounds the turns

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
        super().__init__()
        self._setup = setup
        self._board = board
        self._background = background
        self._parent = parent
        self._permitted = permitted
        self._books = Books(board, None if parent is None else partial(self.send, parent))
        self._beside = Beside(self, setup, background)
        self._waiting = WaitingRoom()
        self._lane: Lane | None = None
        self._patience: Timer | None = None
        self._observed: str | None = None
        self._settled: str | None = None
        self._stopping = False

    def on_start(self) -> None:
        """A single query does not outlive its fan."""
        if self._parent is not None:
            self.watch(self._parent)

    # --- taking work ------------------------------------------------------------------------

    @handles(Submit)
    def _on_submit(self, message: Submit) -> None:
        ticket = message.ticket
        if ticket.parallel and not self._stopping:
            self._beside.branch(ticket, self._settled)
            return
        request = Request.start(ticket, session=self.actor_ref, dispatcher=self.dispatcher)
        if self._stopping or self._waiting.full:
            self.send(request, Failed(stopped() if self._stopping else queue_full()))
            return
        self._waiting.enter(Waiting(ticket, request))
        self._pump()

    @handles(Permit)
    def _on_permit(self, message: Permit) -> None:
        del message
        self._permitted = True
        self._pump()

    @handles(Warm)
    def _on_warm(self, message: Warm) -> None:
        del message
        if self._lane is None and not self._stopping:
            self._open_lane()

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
        while self._waiting and self._permitted and not self._stopping:
            lane = self._lane
            if lane is not None and not lane.free:
                self._be_patient(lane)
                break
            self._send_turn(self._waiting.next())
        self._publish()

    def _send_turn(self, waiting: Waiting) -> None:
        try:
            lane = self._lane or self._open_lane()
            lane.take_off(waiting)
        except LocalProtocolError as error:
            self._books.turn(completed=False)
            self.send(waiting.request, Failed(Rejected(str(error), code="bad_prompt")))
        else:
            self.send(waiting.request, Sent(lane.spoke, lane.evidence))

    def _open_lane(self) -> Lane:
        setup = self._setup
        options, fallback = self._next_options()
        conversation = setup.backend.conversation(options)
        opening = conversation.opening()
        port = Port.start(
            owner=self.actor_ref,
            backend=setup.backend,
            options=options,
            fallback=fallback,
            spawner=setup.spawner,
            ladder=setup.ladder,
            dispatcher=self.dispatcher,
        )
        self.watch(port)
        self._lane = lane = Lane(port, conversation, self.send)
        lane.write(opening)
        self._publish()
        return lane

    def _next_options(self) -> tuple[Any, Any]:
        """Return the options of the next process, and those in case nothing was stored yet.

        A conversation that has had a result is resumed or the turn fails. One that was merely
        observed may have died before the CLI stored anything of it.
        """
        backend, options = self._setup.backend, self._setup.options
        if self._settled is not None:
            return backend.resume(options, self._settled), None
        if self._observed is not None:
            return backend.resume(options, self._observed), options
        return options, None

    # --- what the process says ----------------------------------------------------------------

    @handles(PortUp)
    def _on_up(self, message: PortUp) -> None:
        launch, pid = message
        if self._lane is not None:
            self._lane.launch, self._lane.pid = launch, pid
        self._board.update(
            pid=pid, installation=launch.installation, auth_source=launch.auth_source
        )

    @handles(PortFrames)
    def _on_frames(self, message: PortFrames) -> None:
        lane, batch = self._lane, message.batch
        if lane is None:
            return
        if not lane.spoke:
            self._hear_first_word(lane)
        if lane.plain(batch):
            self._pass_on(lane, batch, lane.reader())
            return
        for event, visible, frame in lane.read(batch):
            self._pass_on(lane, select(batch, visible), lane.reader(event))
            if event is not None:
                self._act(lane, event, frame)

    def _hear_first_word(self, lane: Lane) -> None:
        lane.spoke = True
        if lane.flight is not None:
            self.send(lane.flight.request, Started())
        self._publish()

    def _pass_on(self, lane: Lane, batch: Batch, reader: ActorRef[Any] | None) -> None:
        if not batch.frames:
            return
        if reader is not None:
            self.send(reader, Frames(batch))
        else:
            lane.heard_at = self.clock.now()
            self._background.put(batch)

    def _act(self, lane: Lane, event: Event, frame: Any) -> None:
        lane.note(event)
        match event:
            case TurnBegan():
                self._observe(lane)
                self._be_patient(lane)
                lane.insist()
            case TurnDropped(turn_id=turn_id):
                if lane.owns(turn_id):
                    self._fail_flight(lane, dropped())
                    self._after_flight(lane)
            case OptionRefused(error=error):
                self._refuse_flight(lane, error)
            case TurnEnded():
                self._observe(lane)
                self._end_turn(lane, event, frame)
            case Question(request_id=request_id, refusal=refusal):
                self._tell_reader(lane, event)
                lane.write(refusal)
                self._tell_reader(lane, QuestionWithdrawn(request_id=request_id))
            case HandshakeDone(info=info):
                self._board.update(server=info)
            case HandshakeFailed(error=error):
                self._fail_flight(lane, error)
                lane.close(busy=False)
            case _:
                self._tell_reader(lane, event)

    def _tell_reader(self, lane: Lane, event: Event) -> None:
        reader = lane.reader(event)
        if reader is not None:
            self.send(reader, Meant(event))

    def _observe(self, lane: Lane) -> None:
        observed = lane.conversation.session_id
        if observed is not None and observed != self._observed:
            self._observed = observed
            self._board.update(session_id=observed)

    def _end_turn(self, lane: Lane, event: TurnEnded, frame: Any) -> None:
        verdict, conversation = event.verdict, lane.conversation
        mine = lane.covers(event)
        if mine or not event.turn_ids:
            self._books.spend(verdict.spend)
        if mine:
            if not event.process_ends:
                self._settled = conversation.session_id
            ended = Ended(verdict, conversation.session_id, context_of(lane), frame)
            self._conclude(lane.land(), ended, completed=verdict.error is None)
        elif event.turn_ids:
            self._board.update(strays=self._board.info.strays + 1)
        elif not event.process_ends:
            self._books.turn(completed=verdict.error is None)
        if event.process_ends:
            lane.close(busy=False)
        self._after_flight(lane)

    def _conclude(self, flight: Flight | None, end: Ended | Failed, *, completed: bool) -> None:
        """Give a turn its end, and count it once."""
        if flight is not None:
            if not flight.over:
                flight.over = True
                self._books.turn(completed=completed)
            self.send(flight.request, end)

    def _after_flight(self, lane: Lane) -> None:
        if self._stopping:
            lane.close(busy=False)
        self._pump()

    # --- ending turns -------------------------------------------------------------------------

    def _fail_flight(self, lane: Lane, error: TurnError) -> None:
        error.context = context_of(lane, hint=error.context.hint)
        self._conclude(lane.land(), Failed(error), completed=False)

    def _refuse_flight(self, lane: Lane, error: TurnError) -> None:
        """End a turn whose prompt the CLI has already, and make the CLI drop it."""
        error.context = context_of(lane, hint=error.context.hint)
        self._conclude(lane.flight, Failed(error), completed=False)
        self._abort(lane)

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
        self._books.turn(completed=False)
        self.send(waiting.request, Failed(withdrawn(reason)))

    @handles(Abort)
    def _on_abort(self, message: Abort) -> None:
        lane = self._lane
        if self._waiting.leave(message.turn_id) is not None:
            self._books.turn(completed=False)
        elif lane is not None and lane.flight is not None and lane.owns(message.turn_id):
            lane.flight.over = True
            self._books.turn(completed=False)
            if message.stuck:
                lane.close(busy=True)
            else:
                self._abort(lane)
        self._publish()

    def _abort(self, lane: Lane) -> None:
        if lane.flight is not None:
            ticket = lane.flight.ticket
            lane.abort(self.after(ticket.deadlines.interrupt, _Escalate(ticket.turn_id)))

    @handles(_Escalate)
    def _on_escalate(self, message: _Escalate) -> None:
        if self._lane is not None and self._lane.owns(message.turn_id):
            self._lane.close(busy=True)

    # --- turns of the CLI's own ------------------------------------------------------------------

    def _be_patient(self, lane: Lane) -> None:
        """A prompt waits for the end of such a turn: give that turn a clock, once."""
        waiting = lane.flight or self._waiting.first
        if lane.foreign and waiting is not None and self._patience is None:
            lane.heard_at = self.clock.now()
            silence = waiting.ticket.deadlines.silence
            self._patience = self.after(silence, _ForeignOverdue(silence))

    @handles(_ForeignOverdue)
    def _on_foreign_overdue(self, message: _ForeignOverdue) -> None:
        self._patience = None
        lane = self._lane
        if lane is None or not lane.foreign:
            return
        left = lane.heard_at + message.silence - self.clock.now()
        if left > 0:
            self._patience = self.after(left, message)
        else:
            lane.close(busy=True)

    # --- a slow reader ----------------------------------------------------------------------------

    @handles(Pressure)
    def _on_pressure(self, message: Pressure) -> None:
        lane = self._lane
        if lane is not None and lane.flight is not None and lane.owns(message.turn_id):
            lane.pause(paused=message.high and lane.flight.escalation is None)

    @handles(Relief)
    def _on_relief(self, message: Relief) -> None:
        lane = self._lane
        if lane is not None and lane.flight is not None and lane.owns(message.turn_id):
            self.send(lane.flight.request, message)
        else:
            self._beside.forward(message)

    # --- the end of the process and of the session ----------------------------------------------

    @handles(PortDown)
    def _on_port_down(self, message: PortDown) -> None:
        lane, self._lane = self._lane, None
        if lane is not None:
            self._lose(lane, death_of(lane, message, self._setup.backend))

    def _lose(self, lane: Lane, error: TurnError) -> None:
        self._conclude(lane.land(), Failed(error), completed=False)
        self._board.update(pid=None, last_error=None if lane.closing else error)

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        lane = self._lane
        if lane is not None and message.ref == lane.port:
            self._lane = None
            self._lose(lane, lost(message.reason))
        elif message.ref == self._beside.fan:
            self._beside.fan = None
        elif message.ref == self._parent:
            self.stop()
        if self._stopping and self._lane is None and self._beside.fan is None:
            self.terminate()
        else:
            self._pump()

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Withdraw what waits, end what runs, and be down only when every process is reaped."""
        if not self._stopping:
            self._stopping = True
            why = "the session failed" if isinstance(reason, Crash) else "the session was stopped"
            for waiting in self._waiting.empty():
                self._withdraw(waiting, why)
            self._beside.stop()
            if self._lane is not None:
                self._stop_lane(self._lane, why)
            self._publish()
        return self._lane is None and self._beside.fan is None

    def _stop_lane(self, lane: Lane, why: str) -> None:
        flight = lane.flight
        if flight is None:
            lane.close(busy=lane.foreign)
        else:
            self.send(flight.request, Interrupt(flight.turn_id, why))
            self._abort(lane)
            self.after(_STOP_INTERRUPT_SECONDS, _StopOverdue())

    @handles(_StopOverdue)
    def _on_stop_overdue(self, message: _StopOverdue) -> None:
        del message
        if self._lane is not None:
            self._lane.close(busy=True)

    def on_stop(self) -> None:
        """Show the end."""
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
            queued=len(self._waiting) + len(self._beside.listing()),
        )

    def _phase(self) -> SessionPhase:
        lane = self._lane
        if self._stopping:
            return "stopping"
        if lane is None:
            return "idle"
        if not lane.spoke:
            return "starting"
        return "idle" if lane.flight is None else "busy"
