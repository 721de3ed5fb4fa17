"""The stop ladder: what is tried to end a process, in which order and for how long."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from greenroom.runtime.process.errors import ProcessError

__all__ = ["BRUTAL_KILL", "Rung", "StopLadder", "Unkillable"]


class Rung(StrEnum):
    """One step of the ladder. In order of definition, mildest first."""

    EOF = "eof"
    """Write what is queued, close stdin, and let the process end by itself."""

    TERMINATE = "terminate"
    """SIGTERM and SIGCONT to the leader alone: an agent is the best broom for its own tools."""

    KILL = "kill"
    """SIGKILL to the leader and all of its process group."""


class StopLadder(msgspec.Struct, frozen=True, kw_only=True):
    """How many seconds each rung may take. A rung of 0 seconds is left out, but never the kill.

    Attributes:
        eof_grace: how long to wait after closing stdin; left out while the process is busy,
            because an agent in the middle of a turn does not heed the end of its input
            (CLI 2.1.329).
        term_grace: how long to wait after SIGTERM.
        kill_grace: how long a killed process may take to die before it is reported `Unkillable`.
        drain: how long after the exit a pipe that somebody else holds open is still read.

    Raises:
        ValueError: a time is negative.
    """

    eof_grace: float = 2.0
    term_grace: float = 5.0
    kill_grace: float = 1.5
    drain: float = 0.5

    def __post_init__(self) -> None:
        """Refuse times that run backwards."""
        for name in self.__struct_fields__:
            seconds = getattr(self, name)
            if not seconds >= 0:
                raise ValueError(f"{name} must be 0 or more seconds, not {seconds!r}")

    def grace(self, rung: Rung, *, busy: bool) -> float:
        """Return how many seconds `rung` may take."""
        if rung is Rung.EOF:
            return 0.0 if busy else self.eof_grace
        return self.term_grace if rung is Rung.TERMINATE else self.kill_grace

    def climbs(self, rung: Rung, *, busy: bool) -> bool:
        """Whether `rung` is part of the ladder."""
        return rung is Rung.KILL or self.grace(rung, busy=busy) > 0

    def total(self, *, busy: bool) -> float:
        """Return the longest time, in seconds, from the request to the last pipe closed."""
        return sum(self.grace(rung, busy=busy) for rung in Rung) + self.drain

    def at_most(self, other: StopLadder) -> StopLadder:
        """Return the ladder that is on every rung as quick as the quicker of the two."""
        return StopLadder(
            **{
                name: min(getattr(self, name), getattr(other, name))
                for name in self.__struct_fields__
            }
        )


BRUTAL_KILL: Final = StopLadder(eof_grace=0.0, term_grace=0.0)
"""Straight to SIGKILL. An agent killed so cannot end its own tools."""


class Unkillable(ProcessError):
    """A process outlived SIGKILL: it sits in the kernel, usually on dead storage.

    It is still owned: should it die after all, it is reaped and reported like any other.

    Attributes:
        pid: the process.
        waited: seconds since SIGKILL.
    """

    def __init__(self, message: str, *, pid: int = 0, waited: float = 0.0) -> None:
        super().__init__(message)
        self.pid = pid
        self.waited = waited
