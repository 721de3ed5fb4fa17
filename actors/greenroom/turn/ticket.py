"""What a session is told about a turn, and what is asked of it later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from greenroom.backends.base import Prompt
    from greenroom.callbacks import Caller
    from greenroom.runtime import Future
    from greenroom.structured import Shape
    from greenroom.turn.stream import Stream
    from greenroom.values.deadlines import Deadlines
    from greenroom.values.outcomes import Outcome

__all__ = ["Interrupt", "Relief", "Strained", "Ticket", "TurnOver"]


class Ticket(NamedTuple):
    """One query, from the caller's hand to the request actor.

    Attributes:
        turn_id: unique id of the prompt; travels on the wire.
        prompt: what to ask.
        options: what differs in this turn from the options of the session.
        deadlines: its clocks.
        parallel: run it in a process of its own.
        stream: where its frames go.
        outcome: set exactly once.
        caller: whose callbacks answer what the CLI asks in this turn; None: the session's.
        shape: what its structured output is to be.
        idempotent: whether it may be asked again when it was lost with its process.
        repairs: how often it may be asked for again in the same turn.
        callbacks: what answers the CLI's questions in a process of its own; None: the session's.
    """

    turn_id: str
    prompt: Prompt
    options: Any
    deadlines: Deadlines
    parallel: bool
    stream: Stream
    outcome: Future[Outcome]
    caller: Caller | None = None
    shape: Shape[Any] | None = None
    idempotent: bool = False
    repairs: int = 0
    callbacks: Any = None


class TurnOver(NamedTuple):
    """To an actor that asked for it with `Turn.notify`: a turn has its outcome."""

    turn_id: str
    outcome: Outcome


class Interrupt(NamedTuple):
    """Ask for a turn to be ended: withdrawn when it waits, aborted when it runs."""

    turn_id: str
    reason: str


class Strained(NamedTuple):
    """To a request: its stream took frames, and is to get no more for now."""


class Relief(NamedTuple):
    """A reader caught up: a process paused for this turn may go on."""

    turn_id: str
