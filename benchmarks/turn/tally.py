"""What a side has seen of its turns, and how late."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from benchmarks.quantiles import quantiles

if TYPE_CHECKING:
    from benchmarks.meter import Meter

__all__ = ["BRISK", "PAUSED", "WARM_UP", "Tally"]

BRISK = "brisk"
"""A prompt that is answered without a pause."""

PAUSED = "paused"
"""A prompt with pauses between the pieces of its answer."""

WARM_UP = 20
"""How many turns go before: whatever starts up or fills caches does so in them."""


class Tally:
    """Counts what reaches the consumer.

    Attributes:
        frames: how many partial frames.
        characters: how much text in them.
        late: after how many nanoseconds each piece of text came.
    """

    def __init__(self) -> None:
        self.frames = self.characters = 0
        self.late: list[int] = []

    def see(self, text: str | None) -> None:
        """Take note of a partial frame and its text, if it has any."""
        self.frames += 1
        if text is not None:
            self.late.append(monotonic_ns() - int(text))
            self.characters += len(text)

    def reading(self, meter: Meter) -> dict[str, Any]:
        """Return what was seen and what it cost."""
        seen = {"frames": self.frames, "characters": self.characters}
        return seen | {"late": quantiles(self.late)} | meter.reading()
