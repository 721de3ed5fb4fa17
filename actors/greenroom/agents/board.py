"""What an agent shows of itself; read from any thread, and never waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.agents.status import AgentPhase, AgentStatus

if TYPE_CHECKING:
    from greenroom.agents.record import AgentRecord
    from greenroom.session import Session, SessionInfo

__all__ = ["AgentBoard"]

_PHASES = {
    "starting": AgentPhase.STARTING,
    "busy": AgentPhase.BUSY,
    "recovering": AgentPhase.BACKING_OFF,
    "parked": AgentPhase.PARKED,
    "stopping": AgentPhase.STOPPING,
    "stopped": AgentPhase.STOPPED,
}
"""Phases of a session that say what its agent is at."""


class AgentBoard:
    """The newest of one agent, through all its lives.

    Written to by its actor, and by its fleet while that does not live.

    Args:
        name: of the agent.

    Attributes:
        session: what serves it now; None while it does not live.
        rest: what it is at when no session serves it.
        reason: why it rests, in words.
        record: what is remembered of it.
        memory: bytes of its process and all below it, as measured last.
        since: Unix time of the last change of its phase that was seen.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.session: Session | None = None
        self.rest = AgentPhase.STARTING
        self.reason: str | None = None
        self.record: AgentRecord | None = None
        self.memory: int | None = None
        self.since: float | None = None

    def fall_silent(self, rest: AgentPhase) -> None:
        """Note that nobody starts it any more, unless it has said itself what it is at."""
        if self.session is None and self.rest is AgentPhase.STARTING:
            self.rest = rest
            if rest is AgentPhase.GIVEN_UP:
                self.reason = self.reason or "it failed again and again; the log says how"

    @property
    def phase(self) -> AgentPhase:
        """What the agent is at."""
        session = self.session
        if session is None:
            return self.rest
        info = session.info
        if info.phase == "idle":
            return AgentPhase.DORMANT if info.pid is None else AgentPhase.READY
        return _PHASES[info.phase]

    def status(self) -> AgentStatus:
        """Return all of it."""
        session, record = self.session, self.record
        told: dict[str, Any] = (
            {}
            if record is None
            else {
                "session_id": record.session_id,
                "turns": record.turns,
                "losses": len(record.losses),
            }
        )
        status = AgentStatus(
            name=self.name,
            phase=self.phase,
            parked_reason=self.reason,
            memory=self.memory,
            since=self.since,
            **told,
        )
        return status if session is None else _with_session(status, session.info, record)


def _with_session(
    status: AgentStatus, info: SessionInfo, record: AgentRecord | None
) -> AgentStatus:
    error = None if info.last_error is None else str(info.last_error)
    parked = info.phase == "parked"
    return msgspec.structs.replace(
        status,
        session_id=info.session_id or status.session_id,
        pid=info.pid,
        queued=info.queued,
        parked_until=info.parked_until,
        parked_code=None if record is None or not parked else record.parked_code,
        parked_reason=status.parked_reason if parked else None,
        last_error=error,
    )
