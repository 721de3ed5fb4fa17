"""Every deadline of a turn, in one place."""

from __future__ import annotations

from enum import Enum

import msgspec

__all__ = ["DEFAULT_DEADLINES", "Deadlines", "Phase"]


class Phase(Enum):
    """What a turn waits for; each phase has its own clock."""

    QUEUED = "queued"
    """Behind other turns of its session; no clock runs but ``total``."""
    START = "start"
    """For the process to be up and to write its first frame."""
    FIRST_EVENT = "first_event"
    """For the first frame of this turn after its prompt was written."""
    SILENCE = "silence"
    """For the next frame while the model works."""
    PENDING = "pending"
    """For a tool, hook or permission answer: the silence clock rests."""
    INTERRUPT = "interrupt"
    """For the CLI to confirm an interrupt."""
    TOTAL = "total"
    """For the outcome, counted from submission."""
    DONE = "done"


class Deadlines(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds each phase of a turn may last; ``None`` means no limit.

    All but ``total`` are safety nets and cannot be switched off, only widened: a half-open stream
    must never hang a caller for ever. Counted is the time in which the host runs: what it spends
    paused as a whole (SIGSTOP, a freezer, sleep) is left out.

    Attributes:
        start: from launching the process to its first frame. Its handshake has a clock of its own,
            `stream_close_timeout_seconds` among the options: who widens that one for slow servers
            widens this one as well.
        first_event: from writing the prompt to the first frame of the turn.
        silence: between two frames while neither tool, hook nor permission is pending.
        interrupt: from asking for an interrupt to its confirmation; then the process is stopped.
        callback: for a hook, tool or permission handler that sets no limit of its own; a person who
            is asked has no limit.
        control: for the CLI's answer to a control request such as ``set_model``.
        total: from submission to the outcome, waiting in the queue and tools included.
    """

    start: float = 60.0
    first_event: float = 120.0
    silence: float = 600.0
    interrupt: float = 10.0
    callback: float = 60.0
    control: float = 60.0
    total: float | None = None

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            optional = value is None and name == "total"
            if not optional and not (value is not None and 0 < value < float("inf")):
                msg = f"deadline {name!r} must be a positive number of seconds, not {value!r}"
                raise ValueError(msg)


DEFAULT_DEADLINES = Deadlines()
