"""What an agent is at, for whoever asks."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

__all__ = ["AgentPhase", "AgentStatus"]


class AgentPhase(StrEnum):
    """What an agent is at."""

    STARTING = "starting"
    """Its process is being started, or shakes hands."""
    READY = "ready"
    """Its process is up and waits for a prompt."""
    BUSY = "busy"
    """It works on a turn."""
    DORMANT = "dormant"
    """It has no process; the next prompt starts one, which goes on with the conversation."""
    BACKING_OFF = "backing_off"
    """Its process was lost; the next one is due after a pause."""
    PARKED = "parked"
    """Trying is useless for now: `parked_reason` says why, `parked_until` for how long."""
    GIVEN_UP = "given_up"
    """Its process was lost too often; a restart by hand has it try again."""
    STOPPING = "stopping"
    """It was told to stop, and its process is not gone yet."""
    STOPPED = "stopped"
    """It was told to stop; a restart by hand starts it again."""
    UNKNOWN = "unknown"
    """A word of another version."""

    @classmethod
    def _missing_(cls, value: Any) -> AgentPhase:
        del value
        return cls.UNKNOWN


class AgentStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One agent at one moment. Times are Unix times in seconds.

    Attributes:
        name: of the agent.
        phase: what it is at.
        session_id: its conversation as last observed; None before its first turn.
        pid: its process, while it has one.
        turns: turns that have an outcome, those of earlier hosts included.
        queued: turns that wait.
        parked_until: when a parked agent tries again; None where only a person can help.
        parked_code: why it is parked, as the `code` of outcomes; None where it is not.
        parked_reason: why it is parked or given up, in words.
        losses: how many processes it lost within `Upkeep.period`.
        memory: bytes of its process and all below it, as measured last; None where nobody measures.
        last_error: the last thing that went wrong, in words.
        since: when its process last came, went or was parked.
    """

    name: str
    phase: AgentPhase
    session_id: str | None = None
    pid: int | None = None
    turns: int = 0
    queued: int = 0
    parked_until: float | None = None
    parked_code: str | None = None
    parked_reason: str | None = None
    losses: int = 0
    memory: int | None = None
    last_error: str | None = None
    since: float | None = None
