"""The appraising half of a session: whether a structured output is what was asked for.

It is read beside the actors, as a type's own code may take its time. One that is missing or does
not fit is asked for again in the same conversation, as often as the caller said; then the turn has
failed.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, final

import msgspec
import pykka

from greenroom.runtime import Timer, handles
from greenroom.session.controlling import ControllingActor
from greenroom.values.outcomes import SchemaFailed
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.callbacks import Run, Trouble
    from greenroom.session.conversing import Ending
    from greenroom.structured import Shape, ShapeError

__all__ = ["AppraisingActor"]


@final
class _Reading:
    """A structured output that is being read.

    Attributes:
        ending: of its turn.
        run: reads it.
        overdue: when that takes too long; None once it is over.
    """

    __slots__ = ("ending", "overdue", "run")

    def __init__(self, ending: Ending) -> None:
        self.ending = ending
        self.run: Run
        self.overdue: Timer | None = None

    def close(self) -> bool:
        """Take note that it is over; return whether this was the first time."""
        timer, self.overdue = self.overdue, None
        if timer is not None:
            timer.cancel()
        return timer is not None


class _Read(NamedTuple):
    """An output was read, or its reader failed."""

    reading: _Reading
    outcome: tuple[Any, ShapeError | None] | None
    trouble: Trouble | None


class _ReadOverdue(NamedTuple):
    """An output takes too long to read."""

    reading: _Reading
    seconds: float


class AppraisingActor(ControllingActor):
    """Judges results by the shape that their turns are to have; see the module."""

    def _judge(self, ending: Ending) -> None:
        shape, error = ending.flight.ticket.shape, ending.verdict.error
        if shape is None:
            self._finish(ending)
        elif error is None:
            self._read(ending, shape)
        elif not (isinstance(error, SchemaFailed) and self._repair(ending, None)):
            self._finish(_summed_up(ending))

    # --- reading ------------------------------------------------------------------------------

    def _read(self, ending: Ending, shape: Shape[Any]) -> None:
        from greenroom.callbacks import Call, Caller, CancelSignal  # noqa: PLC0415 - few turns have a shape

        ending.flight.judged = True
        ticket, raw, ref = ending.flight.ticket, ending.verdict.structured, self.actor_ref
        reading = _Reading(ending)

        def done(outcome: Any, trouble: Trouble | None) -> None:
            with suppress(pykka.ActorDeadError):
                ref.tell(_Read(reading, outcome, trouble))

        reading.run = self._runner().prepare(
            lambda _call: _read(shape, raw),
            Call(signal=CancelSignal(), turn_id=ticket.turn_id),
            caller=ticket.caller or Caller.here(),
            finish=lambda outcome: outcome,
            done=done,
        )
        seconds = ticket.deadlines.callback
        reading.overdue = self.after(seconds, _ReadOverdue(reading, seconds))
        self._runner().start(reading.run)

    @handles(_Read)
    def _on_read(self, message: _Read) -> None:
        ending = message.reading.ending
        if not message.reading.close():
            return
        if message.outcome is None:
            assert message.trouble is not None
            self._give_up(ending, f"{message.trouble.kind}: {message.trouble.text}")
            return
        value, problem = message.outcome
        if problem is None:
            verdict = msgspec.structs.replace(ending.verdict, value=value)
            self._finish(_summed_up(ending._replace(verdict=verdict)))
        elif not self._repair(ending, problem):
            self._give_up(ending, str(problem))

    @handles(_ReadOverdue)
    def _on_read_overdue(self, message: _ReadOverdue) -> None:
        if message.reading.close():
            why = f"it was not read within {message.seconds:g} s"
            message.reading.run.cancel(why)
            self._give_up(message.reading.ending, f"TimeoutError: {why}")

    # --- what does not fit --------------------------------------------------------------------

    def _give_up(self, ending: Ending, why: str) -> None:
        raw = msgspec.json.encode(ending.verdict.structured).decode()
        failed = SchemaFailed(f"the structured output does not fit: {why}", raw=raw)
        verdict = msgspec.structs.replace(ending.verdict, error=failed)
        self._finish(_summed_up(ending._replace(verdict=verdict)))

    def _repair(self, ending: Ending, problem: ShapeError | None) -> bool:
        """Ask for the output again, if that is still to be done; return whether it was."""
        lane, flight = ending.lane, ending.flight
        ticket = flight.ticket
        gone = lane is not self._lane or lane.closing or lane.flight is not flight
        unwanted = self._stopping or not flight.wanted
        if gone or unwanted or flight.tries > ticket.repairs:
            return False
        from greenroom.structured import repair_prompt  # noqa: PLC0415 - as above

        prompt = repair_prompt(problem, tool=self._setup.backend.vocabulary.output_tool)
        wire_id = str(uuid.uuid4())
        try:
            lines = lane.conversation.submit(wire_id, prompt, self._options_of(ticket))
        except LocalProtocolError:  # the session was told options that contradict those of the turn
            return False
        flight.again(wire_id, ending.verdict.spend)
        lane.write(lines)
        return True


def _read(shape: Shape[Any], raw: Any) -> tuple[Any, ShapeError | None]:
    """Return what an output stands for, or why it stands for nothing."""
    from greenroom.structured import ShapeError  # noqa: PLC0415 - few turns have a shape

    try:
        return shape.read(raw), None
    except ShapeError as problem:
        return None, problem


def _summed_up(ending: Ending) -> Ending:
    """Return the end of a turn with what all its prompts cost."""
    verdict = ending.verdict
    spend = ending.flight.spent + verdict.spend
    return ending._replace(verdict=msgspec.structs.replace(verdict, spend=spend))
