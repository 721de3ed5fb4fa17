"""The conversing part of a session: what its process says, and what that means.

It passes frames to whoever they belong to, acts upon what they mean, and gives turns their end.
Which turn is next, and when it all stops, is for the session actor that builds on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.backends.events import (
    Event,
    HandshakeDone,
    HandshakeFailed,
    OptionRefused,
    OrderAnswered,
    Question,
    QuestionWithdrawn,
    TurnBegan,
    TurnDropped,
    TurnEnded,
    Verdict,
)
from greenroom.port import CloseReason, PortFrames
from greenroom.request import Ended, Failed, Meant, Pressure, Started
from greenroom.runtime import Timer, handles
from greenroom.runtime.log import report_error
from greenroom.session.evidence import (
    cleanse,
    context_of,
    diverged,
    dropped,
    given_back,
    unknown,
    withdrawn,
)
from greenroom.session.lane import Lane, select
from greenroom.session.opening import OpeningActor
from greenroom.turn import Interrupt
from greenroom.values.deadlines import Phase
from greenroom.values.ladder import Impasse
from greenroom.values.outcomes import Crashed, TimedOut, Truncated, internal_error

if TYPE_CHECKING:
    from greenroom.session.flight import Flight
    from greenroom.session.waiting import Waiting
    from greenroom.values.outcomes import TurnError
    from greenroom_protocol import Batch

__all__ = ["ConversingActor", "Ending"]


class Ending(NamedTuple):
    """A result, and the turn it ends."""

    lane: Lane
    flight: Flight
    verdict: Verdict
    frame: Any


class _Escalate(NamedTuple):
    """An interrupt was not confirmed in time."""

    turn_id: str


class _ForeignOverdue(NamedTuple):
    """A turn of the CLI's own, for whose end a prompt of ours waits, may have fallen silent."""

    silence: float


class ConversingActor(OpeningActor):
    """Acts upon what the process of a conversation says; see the module."""

    _patience: Timer | None = None

    # --- what the session actor adds ---------------------------------------------------------

    def _next_waiting(self) -> Waiting | None:
        """Return the turn that will be sent next."""
        raise NotImplementedError

    def _flight_ended(self, lane: Lane) -> None:
        """The lane is free again, or about to be closed."""
        raise NotImplementedError

    def _on_question(self, lane: Lane, question: Question) -> None:
        """The CLI asks something."""
        raise NotImplementedError

    # --- what the process says ------------------------------------------------------------------

    @handles(PortFrames)
    def _on_frames(self, message: PortFrames) -> None:
        lane, batch = self._lane, message.batch
        if lane is None:
            return
        lane.heard += 1
        if lane.heard == 1:
            self._hear_first_word(lane)
        if message.plain:
            self._pass_on(lane, batch, lane.reader())
        else:
            self._understand(lane, batch)
        lane.plug()

    def _understand(self, lane: Lane, batch: Batch) -> None:
        # Once, as there may be an event in each; one frame alone is passed on or not, never cut.
        lines = batch.lines() if len(batch) > 1 else []
        for event, visible, frame in lane.read(batch):
            self._pass_on(lane, select(batch, visible, lines), lane.reader(event))
            if event is not None:
                self._act(lane, event, frame)

    def _hear_first_word(self, lane: Lane) -> None:
        if lane.flight is not None:
            self.send(lane.flight.request, Started())
        self._publish()

    def _pass_on(self, lane: Lane, batch: Batch, reader: Flight | None) -> None:
        if not batch.frames:
            return
        if reader is not None:
            self._give(lane, reader, batch)
        else:
            lane.heard_at = self.clock.now()
            self._background.put(batch)

    def _give(self, lane: Lane, reader: Flight, batch: Batch) -> None:
        try:
            lane.give(reader, batch)
        except Exception as error:  # noqa: BLE001 - a turn that has lost a frame ends, and it alone
            report_error(__name__, "frames_lost", error, turn=reader.turn_id)
            self._refuse_flight(lane, internal_error(error))

    def _act(self, lane: Lane, event: Event, frame: Any) -> None:
        lane.note(event)
        match event:
            case TurnBegan():
                self._observe(lane)
                if not lane.verified and self._diverged(lane):
                    return
                self._be_patient(lane)
                lane.insist()
            case TurnDropped(turn_id=turn_id):
                if lane.waits_for(turn_id):
                    self._fail_flight(lane, dropped())
                    self._flight_ended(lane)
            case OptionRefused(error=error):
                self._refuse_flight(lane, error)
            case TurnEnded():
                self._observe(lane)
                self._end_turn(lane, event, frame)
            case Question():
                self._on_question(lane, event)
            case QuestionWithdrawn() | OrderAnswered():
                lane.hear(event)
            case HandshakeDone() | HandshakeFailed():
                self._on_greeting(lane, event)
            case _:
                self._tell_reader(lane, event)

    def _on_greeting(self, lane: Lane, event: HandshakeDone | HandshakeFailed) -> None:
        if isinstance(event, HandshakeDone):
            self._board.update(server=event.info)
            self._recovery.ready()
            lane.greet()
        else:
            self._fail_flight(lane, event.error)
            lane.refusal = event.error
            lane.close(busy=False)

    def _tell_reader(self, lane: Lane, event: Event) -> None:
        reader = lane.reader(event)
        if reader is not None:
            self.send(reader.request, Meant(event))

    def _observe(self, lane: Lane) -> None:
        if lane.closing:  # it may be that because it goes on with another one than it was told
            return
        if self._resumption.observe(lane.conversation.session_id):
            self._board.update(session_id=self._resumption.observed)

    def _diverged(self, lane: Lane) -> bool:
        """Whether the CLI goes on with another conversation than it was told; it is ended then."""
        told, expected = lane.conversation.session_id, lane.way.expected
        if lane.verified or expected is None or told is None:
            return False
        lane.verified = True
        if told == expected:
            return False
        lane.conversation.impasse = Impasse.DIVERGED
        self._resumption.observe(expected)
        self._climb(lane)
        self._board.update(session_id=self._resumption.observed)
        self._fail_flight(lane, diverged(told, expected))
        lane.close(busy=True, reason=CloseReason.STUCK)
        return True

    def _end_turn(self, lane: Lane, event: TurnEnded, frame: Any) -> None:
        verdict, flight = event.verdict, lane.flight
        mine = flight is not None and lane.covers(event)
        leaving = event.process_ends or lane.is_leaving(event)
        if mine or not event.turn_ids:
            self._books.spend(verdict.spend)
        if mine and not event.process_ends and lane.conversation.impasse is None:
            self._resumption.settle(lane.conversation)
        if lane.conversation.impasse is not None:
            if self._goes_another_way(lane, mine=mine):
                return
            lane.conversation.impasse = None  # no cause of what the process dies of later
        if leaving:
            self._let_go(lane, verdict.error if event.process_ends else None)
        if mine:
            assert flight is not None
            self._judge(Ending(lane, flight, verdict, frame))
            return
        if event.turn_ids:
            self._board.update(strays=self._board.info.strays + 1)
        elif verdict.rounds and not event.process_ends:
            self._books.turn(completed=verdict.error is None)
        self._flight_ended(lane)

    @staticmethod
    def _let_go(lane: Lane, refusal: TurnError | None) -> None:
        """The process is about to exit; if nobody wished that, it is lost."""
        if not lane.closing:
            lane.refusal = None if refusal is None else cleanse(refusal, lane)
            lane.faulty = True
            lane.close(busy=False)

    def _judge(self, ending: Ending) -> None:
        """A result has come for the turn in flight."""
        self._finish(ending)

    def _finish(self, ending: Ending) -> None:
        """End the turn by its result."""
        lane, flight, verdict = ending.lane, ending.flight, ending.verdict
        if verdict.error is not None:
            cleanse(verdict.error, lane)
        ended = Ended(verdict, lane.conversation.session_id, context_of(lane), ending.frame)
        self._conclude(flight, ended, completed=verdict.error is None)
        if verdict.error is None:
            self._recovery.worked(flight.turn_id)
        if self._setup.recovery.parks:
            self._recovery.ended(verdict.error, waiting=self._next_waiting() is not None)
        if lane.flight is flight:
            self._land(lane)
            self._flight_ended(lane)

    # --- ending turns ---------------------------------------------------------------------------

    def _conclude(self, flight: Flight | None, end: Ended | Failed, *, completed: bool) -> None:
        """Give a turn its end, and count it once."""
        if flight is not None:
            if not flight.over:
                flight.over = True
                self._books.turn(completed=completed)
            known = Failed(unknown(end.error, flight)) if isinstance(end, Failed) else end
            self.send(flight.request, known)

    def _land(self, lane: Lane) -> Flight | None:
        """Take the turn in flight off the process, and what it alone was to run with."""
        flight = lane.land()
        lines = lane.conversation.settle(self._setup.options)
        if lines and not lane.closing:
            lane.write(lines)
        return flight

    def _fail_flight(self, lane: Lane, error: TurnError) -> None:
        cleanse(error, lane).context = context_of(lane, hint=error.context.hint)
        self._conclude(self._land(lane), Failed(error), completed=False)

    def _refuse_flight(self, lane: Lane, error: TurnError) -> None:
        """End a turn whose prompt the CLI has already, and make the CLI drop it."""
        cleanse(error, lane).context = context_of(lane, hint=error.context.hint)
        self._conclude(lane.flight, Failed(error), completed=False)
        self._abort(lane)

    def _lose(self, lane: Lane, error: TurnError) -> None:
        """The process is gone: end the turn that was in flight, or have it asked again."""
        invited = lane.closing and not lane.faulty and lane.refusal is None
        self._board.update(pid=None, last_error=None if invited else error)
        wanted = lane.flight is None or lane.flight.wanted
        climbs = not invited and wanted and self._climb(lane)
        flight = lane.land()
        if not (invited or climbs):
            turn_id = None if flight is None else flight.turn_id
            waiting = self._next_waiting() is not None
            self._recovery.lost(lane.refusal or error, turn_id, ready=lane.greeted, waiting=waiting)
        if flight is not None and not flight.judged:
            self._lose_flight(flight, error, again=climbs)
        lane.lose(error)

    def _lose_flight(self, flight: Flight, error: TurnError, *, again: bool) -> None:
        if again:
            self._put_back(flight)
        elif self._repeats(flight, error):
            self._recovery.repeated(flight.turn_id, error)
            self._put_back(flight)
        else:
            self._conclude(flight, Failed(error), completed=False)
            self._recovery.ended(error, waiting=self._next_waiting() is not None)

    def _repeats(self, flight: Flight, error: TurnError) -> bool:
        """Whether a turn that was lost with its process is asked again."""
        if not (flight.ticket.idempotent and flight.wanted) or self._recovery.gave_up is not None:
            return False
        return isinstance(error, Crashed | Truncated) or error.retryable

    def _abort(self, lane: Lane, line: bytes = b"", why: str = "") -> None:
        """Make the CLI stop working on the turn in flight.

        Args:
            lane: its process.
            line: what tells the CLI, if something else than the usual.
            why: lets the turn know, if it does not.
        """
        flight = lane.flight
        if flight is not None and lane.take_back():
            end = given_back if flight.wire_id != flight.turn_id else withdrawn
            self._fail_flight(lane, end(why or "the turn was interrupted"))
            if line:
                lane.write(line)
            self._flight_ended(lane)
        elif flight is not None:
            if why:
                self.send(flight.request, Interrupt(flight.turn_id, why))
            deadlines = flight.ticket.deadlines
            lane.abort(self.after(deadlines.interrupt, _Escalate(flight.turn_id)), line)

    @handles(_Escalate)
    def _on_escalate(self, message: _Escalate) -> None:
        if self._lane is not None and self._lane.owns(message.turn_id):
            self._lane.close(busy=True, reason=CloseReason.INTERRUPT_UNCONFIRMED)

    # --- turns of the CLI's own -----------------------------------------------------------------

    def _be_patient(self, lane: Lane) -> None:
        """A prompt waits for the end of such a turn: give that turn a clock, once."""
        waiting = lane.flight or self._next_waiting()
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
            overdue = TimedOut(
                f"the CLI was silent for {message.silence:g} s in a turn of its own, which the "
                "prompt had to wait for; Deadlines(silence=…) sets this limit",
                phase=Phase.SILENCE,
                seconds=message.silence,
            )
            self._fail_flight(lane, overdue)
            lane.close(busy=True, reason=CloseReason.STUCK)

    # --- a slow reader --------------------------------------------------------------------------

    @handles(Pressure)
    def _on_pressure(self, message: Pressure) -> None:
        lane = self._lane
        if lane is not None and lane.flight is not None and lane.owns(message.turn_id):
            lane.pause(paused=message.high and lane.flight.escalation is None)
