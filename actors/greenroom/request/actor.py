"""The request: an actor that owns one turn, from its ticket to its outcome.

It keeps the turn's clocks, has the process wait while the caller's stream is full, and sets the
outcome exactly once, whatever happens to process, session or dispatcher. Its session tells it what
the wire says; it tells its session when the CLI has to be made to stop, and when the turn is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from greenroom.backends.events import Question, QuestionWithdrawn, ToolsClosed, ToolsOpened
from greenroom.request.messages import (
    Abort,
    Ended,
    Failed,
    Heard,
    Held,
    Meant,
    Noted,
    Pressure,
    RequestDone,
    Sent,
    Started,
)
from greenroom.request.patience import Patience
from greenroom.request.record import Record
from greenroom.request.waits import Waits
from greenroom.runtime import (
    SHUTDOWN,
    Actor,
    ActorRef,
    Crash,
    ExitReason,
    Terminated,
    Timer,
    handles,
)
from greenroom.turn import Interrupt, Relief, Strained, Ticket
from greenroom.values.backlog import Backlog, Overflow
from greenroom.values.deadlines import Phase
from greenroom.values.outcomes import (
    Cancelled,
    Completed,
    FailureContext,
    LimitReached,
    Outcome,
    StartFailed,
    TimedOut,
    TurnError,
    internal_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Request"]


class _ReaderOverdue(NamedTuple):
    """The process has been held back for the reader for as long as it may be."""


class _Alarm(NamedTuple):
    """The clock of some phase ran out; that of the present one may still run."""


class _Overdue(NamedTuple):
    """The clock of the turn as a whole ran out."""


_RESTING: Final = frozenset({Phase.QUEUED, Phase.PENDING, Phase.DONE})
"""Phases without a clock of their own."""

_WHAT: Final = {
    Phase.START: "the process gave no sign of life",
    Phase.FIRST_EVENT: "the CLI did not begin the turn",
    Phase.SILENCE: "the CLI fell silent in the middle of the turn",
    Phase.TOTAL: "the turn did not end",
}


class Request(Actor):
    """Owns one turn; see the module for what it promises."""

    mailbox_bound = None  # written to by its session alone, which is bounded by the port's reads

    def __init__(self, ticket: Ticket, *, session: ActorRef[Any]) -> None:
        super().__init__()
        self._ticket = ticket
        self._session = session
        self._phase = Phase.QUEUED
        self._since = self.clock.now()
        self._alarm: Timer | None = None
        self._patience = Patience(ticket.stream.backlog.patience, self.clock)
        self._overdue: Timer | None = None
        self._waits = Waits()
        self._record = Record()
        self._evidence: Callable[[], FailureContext] = FailureContext
        self._interrupted: str | None = None

    def on_start(self) -> None:
        """Start the clock that counts from submission."""
        self.watch(self._session)
        total = self._ticket.deadlines.total
        if total is not None:
            self.after(total, _Overdue())

    # --- phases -----------------------------------------------------------------------------

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._since = now = self.clock.now()
        if phase in _RESTING:
            return
        due = now + self._limit(phase)
        if self._alarm is None or due < self._alarm.when:
            self._set_alarm(due - now)

    def _set_alarm(self, seconds: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self.after(seconds, _Alarm())

    def _limit(self, phase: Phase) -> float:
        limit: float = getattr(self._ticket.deadlines, phase.value)
        return limit

    @handles(_Alarm)
    def _on_alarm(self, alarm: _Alarm) -> None:
        """Time out, or wait on for what is left: of this phase, or since something happened."""
        del alarm
        self._alarm = None
        if self._phase in _RESTING:
            return
        heard_at = max(self._since, self._ticket.stream.fed_at)
        left = heard_at + self._limit(self._phase) - self.clock.now()
        if left > 0:
            self._set_alarm(left)
        else:
            self._time_out(self._phase)

    @handles(_Overdue)
    def _on_overdue(self, overdue: _Overdue) -> None:
        """The turn as a whole takes too long, whatever its phase."""
        del overdue
        self._time_out(Phase.TOTAL)

    def _time_out(self, phase: Phase) -> None:
        seconds = self._limit(phase)
        error = TimedOut(
            f"{_WHAT[phase]} within {seconds:g} s; Deadlines({phase.value}=…) sets this limit",
            phase=phase,
            seconds=seconds,
        )
        self.send(self._session, Abort(self._ticket.turn_id, stuck=phase is Phase.START))
        self._finish(self._told(error, self._evidence()))

    # --- what the session says ----------------------------------------------------------------

    @handles(Sent)
    def _on_sent(self, message: Sent) -> None:
        self._evidence = message.evidence
        self._enter(Phase.FIRST_EVENT if message.up else Phase.START)

    @handles(Held)
    def _on_held(self, message: Held) -> None:
        del message
        self._enter(Phase.QUEUED)

    @handles(Started)
    def _on_started(self, message: Started) -> None:
        del message
        if self._phase is Phase.START:
            self._enter(Phase.FIRST_EVENT)

    @handles(Heard)
    def _on_heard(self, message: Heard) -> None:
        del message
        if self._phase is Phase.FIRST_EVENT:
            self._enter(Phase.SILENCE)

    @handles(Strained)
    def _on_strained(self, message: Strained) -> None:
        del message
        stream = self._ticket.stream
        self._waits.hold()
        self._rest()
        self.send(self._session, Pressure(self._ticket.turn_id, high=True))
        if self._overdue is None and stream.backlog.overflow is not Overflow.PAUSE:
            self._overdue = self.after(self._patience.hold(), _ReaderOverdue())

    @handles(_ReaderOverdue)
    def _on_reader_overdue(self, message: _ReaderOverdue) -> None:
        del message
        stream = self._ticket.stream
        if stream.backlog.overflow is not Overflow.FAIL:
            stream.make_way()
        elif stream.strained:
            self._give_up_reader(stream.backlog)

    def _give_up_reader(self, backlog: Backlog) -> None:
        error = LimitReached(
            f"the reader was behind for {backlog.patience:g} s with more than {backlog.memory} "
            "bytes unread, which its backlog forbids: read faster, or choose another "
            "Backlog(overflow=…)",
            code="unread",
            limit="unread",
        )
        self.send(self._session, Abort(self._ticket.turn_id, stuck=False))
        self._finish(self._told(error, self._evidence()))

    @handles(Relief)
    def _on_relief(self, message: Relief) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None
            self._patience.release()
        self._waits.release()
        self._go_on()
        self.send(self._session, Pressure(message.turn_id, high=False))

    @handles(Meant)
    def _on_meant(self, message: Meant) -> None:
        match message.event:
            case ToolsOpened(ids=ids, anew=anew):
                if anew:
                    self._waits.end_all()
                    self._go_on()
                self._wait_for(*ids)
            case ToolsClosed(ids=ids):
                self._wait_no_more_for(*ids)
            case Question(request_id=key):
                self._wait_for(key)
            case QuestionWithdrawn(request_id=key):
                self._wait_no_more_for(key)

    @handles(Noted)
    def _on_noted(self, message: Noted) -> None:
        self._record.note(message.what)

    def _wait_for(self, *calls: str) -> None:
        self._waits.begin(calls)
        if self._waits:
            self._rest()

    def _wait_no_more_for(self, *calls: str) -> None:
        self._waits.end(calls)
        self._go_on()

    def _rest(self) -> None:
        """Something other than the CLI is waited for: the silence clock rests."""
        if self._phase is not Phase.DONE:
            self._enter(Phase.PENDING)

    def _go_on(self) -> None:
        if self._phase is Phase.PENDING and not self._waits:
            self._enter(Phase.SILENCE)

    @handles(Ended)
    def _on_ended(self, message: Ended) -> None:
        verdict = message.verdict
        if verdict.error is not None:
            context = msgspec.structs.replace(
                message.context,
                spend=verdict.spend,
                frame=message.frame,
                permission_denials=self._record.denials(verdict.permission_denials),
            )
            self._finish(self._told(verdict.error, context))
            return
        self._finish(
            Completed(
                turn_id=self._ticket.turn_id,
                session_id=message.session_id,
                text=verdict.text,
                structured=verdict.structured,
                value=verdict.value,
                stop_reason=verdict.stop_reason,
                rounds=verdict.rounds,
                duration_seconds=verdict.duration_seconds,
                spend=verdict.spend,
                running=verdict.running,
                permission_denials=self._record.denials(verdict.permission_denials),
                callback_failures=self._record.failures,
                frame=message.frame,
            )
        )

    @handles(Failed)
    def _on_failed(self, message: Failed) -> None:
        error = self._told(message.error, message.error.context)
        if self._interrupted is not None and not isinstance(error, Cancelled | StartFailed):
            error = Cancelled(
                f"{self._interrupted}; its process had to be stopped",
                confirmed=False,
                context=error.context,
            )
        self._finish(error)

    @handles(Interrupt)
    def _on_interrupt(self, message: Interrupt) -> None:
        if self._interrupted is None:
            self._interrupted = message.reason

    @handles(Terminated)
    def _on_session_died(self, message: Terminated) -> None:
        self._finish(
            Cancelled(
                f"its session ended: {message.reason}",
                confirmed=False,
                context=FailureContext(turn_id=self._ticket.turn_id),
            )
        )

    # --- the outcome ----------------------------------------------------------------------------

    def _told(self, error: TurnError, context: FailureContext) -> Any:
        """Return `error` with the evidence, hints it already carries kept."""
        hint = error.context.hint or context.hint
        error.context = msgspec.structs.replace(
            context,
            turn_id=self._ticket.turn_id,
            hint=hint,
            permission_denials=context.permission_denials or self._record.denials(),
            callback_failures=self._record.failures,
        )
        return error

    def _finish(self, outcome: Outcome) -> None:
        if self._phase is Phase.DONE:
            return
        self._enter(Phase.DONE)
        self._ticket.outcome.settle(outcome)
        self._ticket.stream.end()
        self.send(self._session, RequestDone(self._ticket.turn_id))
        self.terminate()

    def on_stop_request(self, reason: ExitReason) -> bool:
        """A request that fails, or is stopped from outside, still owes its caller an outcome."""
        context = FailureContext(turn_id=self._ticket.turn_id)
        if isinstance(reason, Crash):
            self._finish(self._told(internal_error(reason.error), context))
        self._finish(Cancelled("the turn was abandoned", confirmed=False, context=context))
        return True

    def on_stop(self) -> None:
        """So does one whose dispatcher is closed under it."""
        self.on_stop_request(SHUTDOWN)
