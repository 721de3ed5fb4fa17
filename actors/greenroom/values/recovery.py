"""What a session does about the processes that it loses."""

from __future__ import annotations

import math

import msgspec

from greenroom.runtime.backoff import Backoff
from greenroom.values.kind import require_kind

__all__ = ["DEFAULT_RECOVERY", "Recovery"]


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """When the process of a session is replaced, and when no more.

    A process is lost when it ends, or has to be ended, though nobody wished it to. What the session
    asked for itself, a change of options say, is no loss, and neither is an error that the turn
    reports while the process lives on.

    Attributes:
        intensity: how many losses there may be within `period` without a completed turn in between;
            with one more the session gives up, and ends.
        period: seconds; by `backoff` alone these many losses should fit in it many times over.
        backoff: how long to wait before the next process starts, by the losses in a row.
        fresh: begin another conversation when this one cannot be gone on with in any way. Else the
            turns fail, because an answer that knows nothing of what was said is none.
        eager: start the next process at once, and not with the next turn.
        parks: wait, turns and all, while an account is at its limit or not accepted, or while the
            CLI cannot start as it is configured. Else each turn tries, and fails.

    Raises:
        ValueError: a number is out of its range.
        TypeError: `backoff` is no `Backoff`.
    """

    intensity: int = 5
    period: float = 3600.0
    backoff: Backoff = Backoff()
    fresh: bool = False
    eager: bool = False
    parks: bool = False

    def __post_init__(self) -> None:
        require_kind(self.backoff, Backoff, "backoff", "Backoff(cap=60)")
        if type(self.intensity) is not int or self.intensity < 0:
            raise ValueError(f"intensity must be an int, 0 or more, not {self.intensity!r}")
        if not 0 < self.period < math.inf:
            raise ValueError(f"period must be a positive number of seconds, not {self.period!r}")


DEFAULT_RECOVERY = Recovery()
