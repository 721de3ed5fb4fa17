"""What a side has seen of a wave, and how late."""

from __future__ import annotations

from itertools import chain
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from benchmarks.paced.plan import MOMENT_DIGITS
from benchmarks.quantiles import quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.meter import Meter

__all__ = ["PACED", "SMALL", "Tally", "reading"]

SMALL = "hello"
"""The prompt of the turn before: whatever starts up, starts up in there."""

PACED = "paced"
"""The prompt of the measured turn."""

_LOOKED_AT = 17
"""Every how many frames one is looked at: the looking is not to be what is measured."""


class Tally:
    """Counts what reaches one consumer.

    Attributes:
        frames: how many partial frames.
        characters: how much text in them.
        seen: texts, and when they came.
        end: when the last turn ended.
    """

    def __init__(self) -> None:
        self.frames = self.characters = self.end = 0
        self.seen: list[tuple[str, int]] = []

    def see(self, text: str) -> None:
        """Take note of a partial frame."""
        if not self.frames % _LOOKED_AT:
            self.seen.append((text, monotonic_ns()))
        self.frames += 1
        self.characters += len(text)

    def stop(self) -> None:
        """Take note of the end of a turn."""
        self.end = monotonic_ns()


def reading(tallies: Sequence[Tally], meter: Meter) -> dict[str, Any]:
    """Return what was seen by all, how late, and what it cost.

    ``late`` is the time from when a frame was due to when it was seen, ``written`` the share of
    that until it was in the pipe, ``seconds`` the time from the first due to the last end.
    """
    seen = [
        (int(text[:MOMENT_DIGITS]), int(text[MOMENT_DIGITS:]), moment)
        for text, moment in chain.from_iterable(tally.seen for tally in tallies)
    ]
    first, last = min(due for due, _, _ in seen), max(tally.end for tally in tallies)
    return {
        "frames": sum(tally.frames for tally in tallies),
        "characters": sum(tally.characters for tally in tallies),
        "seconds": (last - first) / 1e9,
        "late": quantiles([moment - due for due, _, moment in seen]),
        "written": quantiles([written - due for due, written, _ in seen]),
        **meter.reading(),
    }
