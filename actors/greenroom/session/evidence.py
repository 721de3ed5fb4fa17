"""Outcomes of turns that end without a result, with the evidence they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom.port import CloseReason
from greenroom.session.waiting import MAX_WAITING
from greenroom.values.outcomes import (
    Cancelled,
    Crashed,
    FailureContext,
    Interrupted,
    LimitReached,
    Rejected,
    TurnError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Backend, Launch
    from greenroom.port import PortDown
    from greenroom.session.flight import Flight
    from greenroom.session.lane import Lane

__all__ = [
    "cleanse",
    "context_of",
    "conversation_lost",
    "death_of",
    "diverged",
    "dropped",
    "given_back",
    "given_up",
    "lost",
    "queue_full",
    "stopped",
    "unknown",
    "withdrawn",
]


def context_of(lane: Lane, **known: Any) -> FailureContext:
    """Return what is known of the process of `lane`, and whatever else is `known`."""
    up = lane.up
    launch: Launch | None = known.pop("launch", None) or (up and up.launch)
    return FailureContext(
        session_id=lane.conversation.session_id,
        begun=lane.flight is not None and lane.flight.touched,
        argv=() if launch is None else launch.shown_argv,
        cwd=None if launch is None else launch.spec.cwd,
        pid=None if up is None else up.pid,
        containment=None if up is None else up.containment.value,
        **known,
    )


def cleanse(error: TurnError, lane: Lane) -> TurnError:
    """Take the secrets of the process of `lane` out of what `error` says, and return it.

    What the API or the CLI answered may repeat a credential that it did not like.
    """
    if lane.up is not None:
        error.reword(lane.up.launch.redactor.text)
    return error


def death_of(lane: Lane, down: PortDown, backend: Backend) -> TurnError:
    """Return what became of a turn whose process is gone."""
    if down.error is not None:
        error = backend.failure(down.error)
    elif down.closed_because in _OUR_DOING:
        error = _OUR_DOING[down.closed_because]()
    else:
        error = lane.conversation.death(down.status, down.stderr, bytes_lost=down.bytes_lost)
    error.context = context_of(
        lane,
        launch=down.launch,
        exit_code=None if down.status is None else down.status.code,
        signal=None if down.status is None else down.status.signal,
        stderr_tail=down.stderr,
        last_frames=down.last_lines,
        hint=error.context.hint,
    )
    return error


def unknown(error: TurnError, flight: Flight) -> TurnError:
    """Return what `error` is to a turn: how far it got, nobody knows once it began."""
    if type(error) is not Crashed or not flight.touched:
        return error
    return Interrupted(
        error.message,
        exit_code=error.exit_code,
        signal=error.signal,
        context=error.context,
        code=None if error.code == Crashed.code else error.code,
    )


def diverged(told: str, expected: str) -> Rejected:
    """Return the outcome of a turn that the CLI began in another conversation than it was told."""
    return Rejected(
        f"the CLI was to go on with conversation {expected}, and went on with {told}: the turn was "
        "ended, and may have had effects",
        code="resume_diverged",
    )


def given_up(error: TurnError) -> Crashed:
    """Return the outcome of a turn whose session gave up before it was sent."""
    return Crashed(
        f"the session gave up after too many lost processes; the turn was never sent. The last: "
        f"{error}",
        code="gave_up",
    )


def conversation_lost(session_id: str | None, *, sent: bool) -> Rejected:
    """Return the outcome of a turn whose conversation died with its process."""
    when = "was lost with it, and was not sent again" if sent else "was never sent"
    return Rejected(
        f"conversation {session_id} was lost with its process, because nothing of it is stored "
        f"(no_session_persistence); the turn {when}: make another session",
        code="conversation_lost",
    )


def queue_full() -> Rejected:
    """Return the outcome of a turn there is no room for."""
    return Rejected(
        f"{MAX_WAITING} turns wait in this session already: wait for some of them first",
        code="queue_full",
        retryable=True,
    )


_OUR_DOING: Final[dict[CloseReason | None, Callable[[], TurnError]]] = {
    CloseReason.STDOUT_CLOSED: lambda: Crashed(
        "the process closed its stdout and lived on, so it was stopped", code="stdout_closed"
    ),
    CloseReason.STDIN_CLOSED: lambda: Crashed(
        "the process closed its stdin, missed what it was told, and lived on, so it was stopped",
        code="stdin_closed",
    ),
    CloseReason.ENDLESS_LINE: lambda: Crashed(
        "the process wrote hundreds of megabytes without ending a line, so it was stopped",
        code="endless_line",
    ),
    CloseReason.MEMORY: lambda: LimitReached(
        "the process used more memory than it may, so it was stopped; Upkeep(memory_limit=…) sets "
        "this limit",
        code="memory_limit",
        limit="memory",
    ),
    CloseReason.UNRESPONSIVE: lambda: Crashed(
        "the process did not answer when it was asked whether it works, so it was stopped",
        code="unresponsive",
    ),
    CloseReason.STOPPED: lambda: Cancelled("the session was stopped", confirmed=False),
    CloseReason.KILLED: lambda: Cancelled(
        "its process was killed with the system", confirmed=False
    ),
}
"""Ends of a process that are ours, and what they are to the turn that ran."""


def lost(reason: object) -> Crashed:
    """Return the outcome of a turn whose port failed: a fault of ours, not of the process."""
    return Crashed(f"greenroom lost the process: {reason}; please report it", code="internal_error")


def stopped() -> Cancelled:
    """Return the outcome of a turn whose session was stopped before it was sent."""
    return Cancelled("the session was stopped; the turn was never sent", code="session_stopped")


def dropped() -> Cancelled:
    """Return the outcome of a turn the CLI took back out of its own queue."""
    return Cancelled("the CLI dropped the prompt before it began", code="interrupted")


def withdrawn(reason: str) -> Cancelled:
    """Return the outcome of a turn that was taken out of the queue."""
    return Cancelled(f"{reason}; it was never sent", code="withdrawn")


def given_back(reason: object) -> Cancelled:
    """Return the outcome of a turn that was taken out of the queue after its process was lost."""
    return Cancelled(
        f"{reason}; it was sent once, lost with its process, and not sent again", confirmed=False
    )
