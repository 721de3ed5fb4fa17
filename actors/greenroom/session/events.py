"""What happens in the life of a session, for whoever subscribes to it and for the log.

Names of records are those of the classes' `name`; they and the attributes are stable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from greenroom.runtime.event_stream import offer
from greenroom.runtime.log import logs_events, report_event, report_warning

if TYPE_CHECKING:
    from greenroom.runtime import ActorRef
    from greenroom.runtime.event_stream import EventStream
    from greenroom.values.ladder import Impasse, Rung

__all__ = [
    "ConversationReset",
    "ProcessLost",
    "ProcessRetired",
    "ProcessStarted",
    "SessionEvent",
    "SessionGaveUp",
    "SessionParked",
    "SessionReleased",
    "SessionWorked",
    "TurnRepeated",
    "announce",
]


class SessionEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all.

    Attributes:
        session: the name of the session, or of its actor if it has none.
        session_id: its conversation, as last observed.
    """

    name: ClassVar[str] = "session_event"
    grave: ClassVar[bool] = False

    session: str
    session_id: str | None


class ProcessStarted(SessionEvent, frozen=True, kw_only=True):
    """A process runs.

    Attributes:
        pid: its process id.
        rung: how it goes on with the conversation; None: it began it.
        binary: the path that led to its executable.
        version: of that.
    """

    name: ClassVar[str] = "session_process_started"

    pid: int
    rung: Rung | None
    binary: str
    version: str


class ProcessLost(SessionEvent, frozen=True, kw_only=True):
    """A process ended, or had to be ended, though nobody wished it to.

    Attributes:
        code: what happened, as the `code` of outcomes.
        message: the same in words.
        turn_id: the turn that was lost with it.
        counted: whether it counts against the session's budget: a process that cannot start as it
            is configured does not.
        losses: how many counted since the last completed turn.
        restart_in: seconds until the next one may start; None: there will be none for now.
    """

    name: ClassVar[str] = "session_process_lost"

    code: str
    message: str
    turn_id: str | None
    counted: bool
    losses: int
    restart_in: float | None


class ProcessRetired(SessionEvent, frozen=True, kw_only=True):
    """A process was ended as it should be: the conversation goes on with another one.

    Attributes:
        why: for which reason.
    """

    name: ClassVar[str] = "session_process_retired"

    why: str


class ConversationReset(SessionEvent, frozen=True, kw_only=True):
    """The conversation cannot be gone on with as it is, and another way is tried.

    Attributes:
        impasse: why not.
        rung: what is tried. With ``fresh`` nothing is left of the conversation, with ``resume_at``
            all that came after the last completed turn is dropped.
        turn_id: the turn that met it, which is asked again.
    """

    name: ClassVar[str] = "session_conversation_reset"
    grave: ClassVar[bool] = True

    impasse: Impasse
    rung: Rung
    turn_id: str | None


class TurnRepeated(SessionEvent, frozen=True, kw_only=True):
    """A turn was lost with its process, and is asked again, as its caller allowed.

    Attributes:
        turn_id: the turn.
        code: what happened.
    """

    name: ClassVar[str] = "session_turn_repeated"
    grave: ClassVar[bool] = True

    turn_id: str
    code: str


class SessionWorked(SessionEvent, frozen=True, kw_only=True):
    """A turn completed.

    Attributes:
        turn_id: the turn.
        entry: where it left the conversation.
        turns: how many have had their outcome.
    """

    name: ClassVar[str] = "session_worked"

    turn_id: str
    entry: str | None
    turns: int


class SessionParked(SessionEvent, frozen=True, kw_only=True):
    """Trying is useless for now: turns wait.

    Attributes:
        code: why, as the `code` of outcomes.
        message: the same in words.
        until: Unix time in seconds at which it is tried again; None: when somebody says so.
    """

    name: ClassVar[str] = "session_parked"
    grave: ClassVar[bool] = True

    code: str
    message: str
    until: float | None


class SessionReleased(SessionEvent, frozen=True, kw_only=True):
    """A parked session goes on."""

    name: ClassVar[str] = "session_released"


class SessionGaveUp(SessionEvent, frozen=True, kw_only=True):
    """Too many processes were lost: the session ends.

    Attributes:
        code: what happened last.
        message: the same in words.
        losses: how many there were since the last completed turn.
    """

    name: ClassVar[str] = "session_gave_up"
    grave: ClassVar[bool] = True

    code: str
    message: str
    losses: int


def announce(
    event: SessionEvent, events: EventStream | None, observer: ActorRef[Any] | None
) -> None:
    """Log what happened, and tell whoever subscribed to it.

    An observer whose mailbox is full loses it, which is logged. What is not grave is logged by
    programs that configured structlog: nobody else wants to read on stderr that all is well.
    """
    if event.grave or logs_events():
        report_event(__name__, event.name, grave=event.grave, **msgspec.structs.asdict(event))
    if observer is not None and not offer(observer, event):
        report_warning(__name__, "observer_lost_event", session=event.session, lost=event.name)
    if events is not None:
        events.publish(event)
