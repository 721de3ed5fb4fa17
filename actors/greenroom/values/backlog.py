"""What becomes of frames that come faster than they are read, in one place."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["DEFAULT_BACKLOG", "Backlog", "Overflow"]

_MIB = 1024 * 1024


class Overflow(StrEnum):
    """What happens when the reader of a turn is behind and memory for unread frames is full.

    The process is held back first, whatever the policy, so a reader that is merely slow costs
    nothing. The policy says what follows when that has lasted for ``Backlog.patience`` seconds.
    None of them loses a frame or changes the order.
    """

    SPILL = "spill"
    """Read on, and keep what comes on disk. The process is held back again when the disk is full,
    slow or refuses, or ``Backlog.disk`` is used up."""
    COALESCE = "coalesce"
    """Join adjacent pieces of the same text, thinking or tool input; what stays too much is
    spilled."""
    PAUSE = "pause"
    """Hold the process back for as long as the reader rests. Nothing it says is heard meanwhile:
    neither its result nor its questions. Interrupting or stopping lifts the pause."""
    FAIL = "fail"
    """Interrupt the turn; it ends as ``LimitReached(limit="unread")``."""


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """How much a turn may hold that nobody has read yet, and what happens beyond that.

    When nobody reads at all, the oldest frames beyond `memory` are dropped and counted in
    ``turn.lost_frames``, whatever the policy.

    Attributes:
        overflow: the policy; a member of `Overflow` or its name.
        memory: bytes held in memory. A frame weighs the bytes of its line and 256 more. Decoded
            frames of ordinary traffic take up to 2.5 times that; tool traffic made of nothing but
            tiny JSON containers, the worst there is, up to 25 times.
        disk: bytes held in an unlinked temporary file, for policies that spill.
        patience: seconds for which the process is held back before the policy applies. What it
            asks is not heard meanwhile. Time in which it runs gives them back, up to as many; so a
            reader that is always just in time is not waited for again and again.

    Raises:
        ValueError: a number is not positive and finite, or there is no such policy.
        TypeError: a size is not an int.
    """

    overflow: Overflow = Overflow.SPILL
    memory: int = 16 * _MIB
    disk: int = 1024 * _MIB
    patience: float = 0.5

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "overflow", _policy(self.overflow))
        for name in ("memory", "disk"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"backlog {name!r} must be a number of bytes, not {value!r}")
        for name in ("memory", "disk", "patience"):
            value = getattr(self, name)
            if not 0 < value < float("inf"):
                raise ValueError(f"backlog {name!r} must be positive and finite, not {value!r}")


def _policy(name: str) -> Overflow:
    try:
        return Overflow(name)
    except ValueError:
        known = ", ".join(repr(policy.value) for policy in Overflow)
        raise ValueError(f"backlog 'overflow' must be one of {known}, not {name!r}") from None


DEFAULT_BACKLOG = Backlog()
