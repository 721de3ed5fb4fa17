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
    """Median of the rounds, and the quartiles: half of the rounds lie between them.

    The extremes are left out: on a machine that does other things, too, they show those.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Return the spread of one value per round."""
        values = list(values)
        if len(values) == 1:
            return cls(*values * 3)
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high)

    @classmethod
    def ratio(cls, above: Iterable[float], below: Iterable[float]) -> Self:
        """Return the spread of the ratios, each taken within one round."""
        return cls.of(a / b for a, b in zip(above, below, strict=True))

    def show(self, form: str) -> str:
        """Return `median (low to high)` as Markdown, each in the format `form`."""
        return f"{self.median:{form}} ({self.low:{form}} to {self.high:{form}})"
