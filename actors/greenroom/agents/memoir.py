"""What an agent writes down about itself as it lives, so that the next host can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.session.resumption import Past

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.agents.declaration import AgentSpec
    from greenroom.agents.record import AgentRecord
    from greenroom.agents.upkeep import Upkeep

__all__ = ["Memoir", "pardoned", "taken_up"]


def taken_up(record: AgentRecord, spec: AgentSpec, now: float) -> AgentRecord:
    """Return what is remembered of an agent as it stands now, when it is to live again.

    A host that came to no good end while a process was up may have been brought down by it: that
    counts as a loss.
    """
    losses = record.losses
    if record.process is not None:
        losses = (*losses, min(now, record.updated_at))
    recent = tuple(at for at in losses if 0 <= now - at <= spec.upkeep.period)
    return msgspec.structs.replace(record, losses=recent, process=None)


def pardoned(record: AgentRecord) -> AgentRecord:
    """Return the record of an agent that is to be given another chance."""
    return msgspec.structs.replace(
        record,
        losses=(),
        process=None,
        parked_until=None,
        parked_code=None,
        parked_reason=None,
        given_up=False,
        given_up_reason=None,
    )


class Memoir:
    """The record of one agent while it lives. Owned by its actor.

    Args:
        record: as it was found.
        upkeep: of the agent.
        wall: tells the Unix time.
        keep: takes each new version of the record.
    """

    def __init__(
        self,
        record: AgentRecord,
        upkeep: Upkeep,
        wall: Callable[[], float],
        keep: Callable[[AgentRecord], object],
    ) -> None:
        self.record = record
        self._upkeep = upkeep
        self._wall = wall
        self._keep = keep

    def past(self) -> Past:
        """Return what the record says, as a session takes it."""
        now, record = self._wall(), self.record
        until = record.parked_until
        return Past(
            session_id=record.session_id,
            entry=record.last_entry,
            losses=tuple(max(0.0, now - at) for at in record.losses),
            parked_until=until if until is not None and until > now else None,
        )

    def note(self, **changes: Any) -> None:
        """Change the record, and have it kept."""
        self.record = msgspec.structs.replace(self.record, **changes, updated_at=self._wall())
        self._keep(self.record)

    def note_loss(self) -> None:
        """A process was lost just now."""
        now = self._wall()
        recent = [at for at in self.record.losses if now - at <= self._upkeep.period]
        # More than these give the agent up, however many there were.
        kept = (*recent, now)[-(self._upkeep.intensity + 1) :]
        self.note(losses=kept, process=None)
