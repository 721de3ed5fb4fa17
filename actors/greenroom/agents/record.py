"""What is remembered of an agent when its host is gone."""

from __future__ import annotations

import msgspec

__all__ = ["FORMAT", "AgentRecord"]

FORMAT = 1
"""Number of the form of a record; another one is not read."""


class AgentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One agent, as far as it outlives its host. Times are Unix times in seconds.

    Attributes:
        name: of the agent.
        session_id: its conversation as last observed; None before its first turn.
        last_entry: the uuid of the last entry of its transcript that was seen whole.
        cli_version: of the binary that ran last.
        losses: when processes of it were lost, the newest last: its restart budget.
        parked_until: until when trying is useless; None: not parked, or for nobody knows how long.
        parked_code: why it is parked, in a stable word; None: it is not.
        parked_reason: the same for people.
        given_up: it lost too many processes; only a person has it try again.
        given_up_reason: the same for people.
        process: what was up, by its number, start and place; still there in the record of a host
            that came to no good end.
        turns: how many of its turns have an outcome.
        updated_at: when this was written.
        format: see `FORMAT`.
    """

    name: str
    session_id: str | None = None
    last_entry: str | None = None
    cli_version: str | None = None
    losses: tuple[float, ...] = ()
    parked_until: float | None = None
    parked_code: str | None = None
    parked_reason: str | None = None
    given_up: bool = False
    given_up_reason: str | None = None
    process: tuple[int, int, str] | None = None
    turns: int = 0
    updated_at: float = 0.0
    format: int = FORMAT
