"""The desk: answers what the CLI of one process asks, each question exactly once.

A service says what a question takes. What has to be run for it runs beside the actors, under a
deadline; whatever becomes of it, the CLI gets an answer, and the closed one unless everything went
well. Only a question that the CLI took back is not answered.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import pykka

from greenroom.backends.events import QuestionWithdrawn
from greenroom.callbacks import Call, CancelSignal, Errand, Refusal, Trouble
from greenroom.permissions import Denial, Deny
from greenroom.request import Meant, Noted
from greenroom.runtime.log import report_error, report_text
from greenroom.session.entry import Entry
from greenroom.session.messages import CallbackOverdue, CallbackReturned, ServerSpoke
from greenroom.values.callback_failure import CallbackFailure, CallbackFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.backends.base import Conversation
    from greenroom.backends.events import Question
    from greenroom.callbacks import Runner
    from greenroom.runtime import Actor
    from greenroom.session.callbacks import Callbacks
    from greenroom.session.flight import Flight
    from greenroom.session.origins import Origins

__all__ = ["Desk"]


class _Worded(NamedTuple):
    """An answer, and the line that gives it."""

    answer: Any
    line: bytes


class Desk:
    """Answers the questions of one process. For its session's actor alone.

    Args:
        owner: the session's actor; it hands `CallbackReturned` and `CallbackOverdue` back.
        conversation: puts answers on the wire.
        callbacks: what answers.
        runner: runs them.
        write: sends a line to the process.
        mask: takes the secrets of the process out of a text.
        origins: tells for which turn a sub-agent asks.
    """

    def __init__(
        self,
        owner: Actor,
        conversation: Conversation,
        callbacks: Callbacks,
        *,
        runner: Runner,
        write: Callable[[bytes], object],
        mask: Callable[[str], str],
        origins: Origins,
    ) -> None:
        self._owner = owner
        self._conversation = conversation
        self._callbacks = callbacks
        self._services = callbacks.open(self._hear_server)
        self._runner = runner
        self._write = write
        self._mask = mask
        self._origins = origins
        self._open: dict[str, Entry] = {}

    def ask(self, question: Question, flight: Flight | None) -> None:
        """Answer a question, now or when its callback has run.

        Args:
            question: what the CLI asks.
            flight: the turn that runs; the one for which it asks, which may be the one that
                started the sub-agent that does, is let know how long the CLI waits.
        """
        if question.request_id in self._open:  # said twice, it is answered once
            return
        step = self._first_step(question)
        flight = self._asker(question, step, flight)
        caller = None if flight is None else flight.ticket.caller
        entry = Entry(self, question, flight, caller or self._callbacks.caller)
        self._take(entry, step)
        if question.request_id in self._open:
            self._tell(entry, question)

    def _asker(self, question: Question, step: Any, flight: Flight | None) -> Flight | None:
        about = step if isinstance(step, Errand) else question.inquiry
        agent, call = getattr(about, "agent_id", None), getattr(about, "tool_use_id", None)
        return self._origins.asker(agent, call, flight)

    def withdraw(self, request_id: str) -> None:
        """The CLI does not wait for this answer any more: none is sent."""
        entry = self._open.get(request_id)
        if entry is not None:
            self._abandon(entry, "the CLI withdrew the question")

    def leave(self, turn_id: str) -> None:
        """A turn is over: what its main conversation still waits for is refused."""
        for entry in tuple(self._open.values()):
            flight, agent = entry.flight, entry.errand.agent_id
            mine = flight is not None and flight.turn_id == turn_id and agent is None
            if mine and not entry.answered:  # for one that runs in the background nobody waits
                self._abandon(entry, "the turn is over")
                self._answer(entry, _closed(entry, _cancelled(entry)))

    def close(self) -> None:
        """The process is gone, and with it whoever waited for an answer."""
        for entry in tuple(self._open.values()):
            self._abandon(entry, "the process is gone")
        self._services.close()

    def speak(self, server: str, message: Mapping[str, Any]) -> None:
        """Pass on a notification of one of the session's own tool servers."""
        self._write(self._conversation.notify(server, message))

    def _hear_server(self, server: str, message: Mapping[str, Any]) -> None:
        """Take a notification, on whatever thread."""
        with suppress(pykka.ActorDeadError):
            self._owner.actor_ref.tell(ServerSpoke(self, server, message))

    # --- callbacks ----------------------------------------------------------------------------

    def returned(self, message: CallbackReturned) -> None:
        """Take what a callback came to."""
        entry, trouble, value = message.entry, message.trouble, message.value
        if entry.run is not message.run:
            return
        entry.end()
        if trouble is not None:
            self._fail(entry, trouble)
        elif isinstance(value, Errand):
            self._run(entry, value)
        else:
            self._settle(entry)
            if value is not None:
                self._send(entry, value.answer, value.line)

    def overdue(self, message: CallbackOverdue) -> None:
        """Refuse what a callback has not answered in time."""
        entry = message.entry
        if entry.run is message.run:
            why = f"it did not answer within {entry.limit:g} s"
            message.run.cancel(why)
            entry.end()
            self._fail(entry, Trouble(CallbackFault.OVERDUE, "TimeoutError", why))

    def _first_step(self, question: Question) -> Any:
        service = self._services.table.get(type(question.inquiry))
        if service is None:
            return Refusal(f"greenroom: nothing in this session answers {question.kind!r}")
        try:
            return service.answer(question.inquiry)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave it open
            report_error(__name__, "question_failed", error, kind=question.kind)
            return Refusal(f"greenroom failed over {question.kind!r}")

    def _take(self, entry: Entry, step: Any) -> None:
        """Answer, or run what has to be run first."""
        if isinstance(step, Errand):
            self._run(entry, step)
        else:
            self._settle(entry)
            if not entry.answered:
                self._answer(entry, step)

    def _run(self, entry: Entry, errand: Errand) -> None:
        entry.errand = errand
        self._open[entry.question.request_id] = entry
        if errand.at_once is not None:
            entry.answered = True
            self._answer(entry, errand.at_once)
        flight = entry.flight
        call = Call(
            signal=CancelSignal(),
            session_id=self._conversation.session_id,
            turn_id=None if flight is None else flight.turn_id,
            tool_use_id=errand.tool_use_id,
            agent_id=errand.agent_id,
        )
        ref, question, put = self._owner.actor_ref, entry.question, self._conversation.answer
        answered = entry.answered

        def finish(result: Any) -> Errand | _Worded | None:
            """Make the answer, beside the actors: it is of what somebody else's code returned."""
            step = None if answered else errand.then(result)
            if step is None or isinstance(step, Errand):
                return step
            return _Worded(step, put(question, step))

        def done(value: Any, trouble: Trouble | None) -> None:
            with suppress(pykka.ActorDeadError):
                ref.tell(CallbackReturned(entry, run, value, trouble))

        run = self._runner.prepare(errand.call, call, caller=entry.caller, finish=finish, done=done)
        entry.run = run
        entry.since = self._owner.clock.now()
        entry.limit = None if errand.unlimited else errand.timeout or self._callbacks.seconds
        if entry.limit is not None:
            entry.timer = self._owner.after(entry.limit, CallbackOverdue(entry, run))
        self._runner.start(run)

    def _abandon(self, entry: Entry, why: str) -> None:
        if entry.run is not None:
            entry.run.cancel(why)
        entry.end()
        self._settle(entry)

    def _settle(self, entry: Entry) -> None:
        if self._open.pop(entry.question.request_id, None) is not None:
            self._tell(entry, QuestionWithdrawn(request_id=entry.question.request_id))

    # --- answers ------------------------------------------------------------------------------

    def _fail(self, entry: Entry, trouble: Trouble) -> None:
        self._settle(entry)
        failure = self._record(entry, trouble)
        if not entry.answered:
            self._answer(entry, _closed(entry, failure))

    def _answer(self, entry: Entry, answer: Any) -> None:
        """Give an answer that is ours."""
        try:
            line = self._conversation.answer(entry.question, answer)
        except Exception as error:  # noqa: BLE001 - an error is the answer that always goes
            report_error(__name__, "answer_failed", error, kind=entry.question.kind)
            line = self._conversation.answer(entry.question, Refusal("greenroom has no answer"))
        self._send(entry, answer, line)

    def _send(self, entry: Entry, answer: Any, line: bytes) -> None:
        if isinstance(answer, Deny):
            self._note(entry, Denial.of(entry.question.inquiry, answer))
        self._write(line)

    def _record(self, entry: Entry, trouble: Trouble) -> CallbackFailure:
        failure = CallbackFailure(
            callback=entry.errand.name,
            fault=trouble.fault,
            message=self._mask(trouble.text),
            error_type=trouble.kind,
            seconds=max(0.0, self._owner.clock.now() - entry.since),
            tool_use_id=entry.errand.tool_use_id,
        )
        report_text(
            __name__,
            "callback_failed",
            callback=failure.callback,
            fault=failure.fault.value,
            error=f"{failure.error_type}: {failure.message}",
            stack=self._mask(trouble.stack),
        )
        self._note(entry, failure)
        return failure

    def _note(self, entry: Entry, what: CallbackFailure | Denial) -> None:
        """Let the turn know what failed, and what was denied."""
        if entry.flight is not None:
            self._owner.send(entry.flight.request, Noted(what))

    def _tell(self, entry: Entry, event: Question | QuestionWithdrawn) -> None:
        if entry.flight is not None:
            self._owner.send(entry.flight.request, Meant(event))


def _closed(entry: Entry, failure: CallbackFailure) -> Any:
    """Return the answer that allows nothing."""
    try:
        return entry.errand.closed(failure)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not leave it open
        report_error(__name__, "question_failed", error, kind=entry.question.kind)
        return Refusal("greenroom failed over the failure of a callback")


def _cancelled(entry: Entry) -> CallbackFailure:
    return CallbackFailure(
        callback=entry.errand.name,
        fault=CallbackFault.CANCELLED,
        message="the turn is over",
        tool_use_id=entry.errand.tool_use_id,
    )
