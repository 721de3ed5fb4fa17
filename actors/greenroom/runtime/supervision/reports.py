"""What a supervisor reports: one record of the log, and the same as an event, each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from greenroom.runtime.exit_reason import Crash, ExitReason, ShutdownWith
from greenroom.runtime.log import logs_events, report_event, report_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.supervision.child_spec import ChildSpec

__all__ = [
    "ChildExited",
    "ChildNotStarted",
    "ChildNotStopped",
    "ChildRestarted",
    "Reporter",
    "SupervisionReport",
    "SupervisorGaveUp",
]

_MOST_TEXT = 1000  # characters of an error's text; it may hold a whole message


class SupervisionReport(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a child. All of it is text: nothing in it keeps anything alive.

    Attributes:
        supervisor: whose child it is.
        child: the child's id.
        actor: its actor, if it had one.
        restart: what its specification says.
        reason: the class of its exit reason, or of the error that kept it from starting.
        error: that error's text, masked.
    """

    event: ClassVar[str]
    grave: ClassVar[bool] = True

    supervisor: str
    child: str
    actor: str | None
    restart: str
    reason: str
    error: str | None = None


class ChildExited(SupervisionReport, frozen=True, kw_only=True):
    """A child ended of its own accord, and should not have."""

    event: ClassVar[str] = "supervisor_child_exited"


class ChildNotStarted(SupervisionReport, frozen=True, kw_only=True):
    """A child could not be started, or started again."""

    event: ClassVar[str] = "supervisor_child_not_started"


class ChildRestarted(SupervisionReport, frozen=True, kw_only=True):
    """A child runs again."""

    event: ClassVar[str] = "supervisor_child_restarted"
    grave: ClassVar[bool] = False


class ChildNotStopped(SupervisionReport, frozen=True, kw_only=True):
    """A child that was told to end did not end as told: it was killed, or crashed."""

    event: ClassVar[str] = "supervisor_child_not_stopped"


class SupervisorGaveUp(SupervisionReport, frozen=True, kw_only=True):
    """There were too many restarts; the supervisor ends. The child is the last one that failed."""

    event: ClassVar[str] = "supervisor_gave_up"


class Reporter:
    """Reports on the children of one supervisor.

    Args:
        supervisor: what it is called in reports.
        mask: takes secrets out of the texts of errors.
        events: gets the reports published, or None.
    """

    def __init__(self, supervisor: str, mask: Callable[[str], str], events: Any) -> None:
        self._supervisor = supervisor
        self._mask = mask
        self._events = events

    def report(
        self,
        kind: type[SupervisionReport],
        spec: ChildSpec,
        actor: object,
        reason: ExitReason | BaseException,
    ) -> None:
        """Report something of a child; never raises."""
        report = kind(
            supervisor=self._supervisor,
            child=repr(spec.id),
            actor=None if actor is None else str(actor),
            restart=spec.restart.value,  # type: ignore[union-attr]  # an enum since it was checked
            reason=type(reason).__name__,
            error=self._text(reason),
        )
        if report.grave:
            report_text(__name__, report.event, **msgspec.structs.asdict(report))
        elif logs_events():
            report_event(__name__, report.event, grave=False, **msgspec.structs.asdict(report))
        if self._events is not None:
            self._events.publish(report)

    def _text(self, reason: ExitReason | BaseException) -> str | None:
        if isinstance(reason, Crash):
            reason = reason.error
        shown = reason.term if isinstance(reason, ShutdownWith) else reason
        if not isinstance(shown, BaseException):
            return None
        try:
            return self._mask(repr(shown))[:_MOST_TEXT]
        except Exception:  # noqa: BLE001 - a stranger's repr, or mask
            return None
