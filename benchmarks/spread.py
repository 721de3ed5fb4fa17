"""A figure from several rounds: its median, and how far the rounds are apart."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Spread"]


@dataclass(frozen=True)
class Spread:
    """Median and range of the rounds."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Return the spread of one value per round."""
        values = sorted(values)
        return cls(statistics.median(values), values[0], values[-1])

    @classmethod
    def ratio(cls, above: Iterable[float], below: Iterable[float]) -> Self:
        """Return the spread of the ratios, each taken within one round."""
        return cls.of(a / b for a, b in zip(above, below, strict=True))

    def show(self, form: str) -> str:
        """Return `median (low to high)` as Markdown, each in the format `form`."""
        return f"{self.median:{form}} ({self.low:{form}} to {self.high:{form}})"
