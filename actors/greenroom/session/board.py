"""What a session shows of itself, readable at any time from any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from greenroom.values.usage import Totals

if TYPE_CHECKING:
    from greenroom.backends.base import Installation, Prompt
    from greenroom.values.outcomes import TurnError

__all__ = ["Board", "QueuedTurn", "SessionInfo", "SessionPhase"]

SessionPhase: TypeAlias = Literal[
    "idle", "starting", "busy", "recovering", "parked", "stopping", "stopped"
]


class QueuedTurn(msgspec.Struct, frozen=True, kw_only=True):
    """A turn that waits to be sent.

    Attributes:
        turn_id: its id.
        prompt: what it will ask; :meth:`Session.edit` changes it.
    """

    turn_id: str
    prompt: Prompt


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of a session.

    Attributes:
        phase: ``idle`` (nothing runs; a process may be up or not), ``starting``, ``busy``,
            ``recovering`` (a process was lost, and the next one waits a little), ``parked`` (see
            `Recovery.parks`), ``stopping`` or ``stopped``.
        session_id: the conversation as last observed on the wire; None before the first turn.
        running: id of the turn in flight.
        queued: number of turns that wait.
        pid: the process, when one is up.
        installation: the binary it was started from.
        auth_source: which credential it uses, by name.
        totals: what all turns so far cost together.
        server: what the CLI told in the handshake: commands, models, agents, account.
        strays: results that belonged to no turn of ours.
        last_error: why the last process that was lost could not be started, or died.
        gave_up: why the last of too many processes was lost, once the session ended by that.
        losses: how many were lost since the last completed turn.
        parked_until: Unix time in seconds at which a parked session is tried again.
        abandoned: conversations that could not be gone on with, the last ones.
    """

    phase: SessionPhase = "idle"
    session_id: str | None = None
    running: str | None = None
    queued: int = 0
    pid: int | None = None
    installation: Installation | None = None
    auth_source: str | None = None
    totals: Totals = Totals()
    server: dict[str, Any] = {}
    strays: int = 0
    last_error: TurnError | None = None
    gave_up: TurnError | None = None
    losses: int = 0
    parked_until: float | None = None
    abandoned: tuple[str, ...] = ()


class Board:
    """Where the session actor hangs its newest snapshot; reading it never waits."""

    def __init__(self) -> None:
        self.info = SessionInfo()

    def update(self, **changes: Any) -> None:
        """Replace the snapshot. Called by the session actor alone."""
        self.info = msgspec.structs.replace(self.info, **changes)
