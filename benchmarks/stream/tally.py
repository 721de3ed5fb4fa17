"""What a side has seen of a flood, and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from benchmarks.meter import Meter

__all__ = ["FLOOD", "SMALL", "Tally"]

SMALL = "hello"
"""The prompt of the turn before: whatever starts up, starts up in there."""

FLOOD = "flood"
"""The prompt of the measured turn."""


class Tally(NamedTuple):
    """What was seen: proof that nothing was dropped.

    Attributes:
        frames: partial frames that reached the consumer.
        characters: characters of text in them.
        meter: what it cost.
    """

    frames: int
    characters: int
    meter: Meter

    def reading(self) -> dict[str, Any]:
        """Return what was seen and what it cost."""
        seen = {"frames": self.frames, "characters": self.characters}
        return seen | self.meter.reading()
