"""The exponent of a power law, fitted by least squares to the logarithms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Self

from benchmarks.spread import Spread

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Fit"]

_FREE = 2  # what is fitted: exponent and factor


class Fit(NamedTuple):
    """``cost = factor * size ** exponent``: what describes the points best.

    Attributes:
        exponent: 1 when twice the work costs twice as much.
        error: its standard error; 0 of two points, which leave nothing to tell it by.
        factor: the cost at size 1.
    """

    exponent: float
    error: float
    factor: float

    @classmethod
    def of(cls, points: Iterable[tuple[float, float]]) -> Self:
        """Fit points of size and cost.

        Raises:
            ValueError: there are fewer than two, all have one size, or one is not positive.
        """
        points = list(points)
        if len(points) < _FREE:
            raise ValueError(f"a fit takes {_FREE} points or more, not {len(points)}")
        if min(map(min, points)) <= 0:
            raise ValueError("sizes and costs must be positive: they have no logarithm else")
        xs = [math.log(size) for size, _ in points]
        ys = [math.log(cost) for _, cost in points]
        x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
        width = sum((x - x_mean) ** 2 for x in xs)
        if width == 0:
            raise ValueError(f"a fit takes several sizes, not {points[0][0]} alone")
        exponent = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / width
        start = y_mean - exponent * x_mean
        missed = (
            0.0
            if len(points) == _FREE
            else sum((y - start - exponent * x) ** 2 for x, y in zip(xs, ys, strict=True))
        )
        error = math.sqrt(missed / max(1, len(points) - _FREE) / width)
        return cls(exponent, error, math.exp(start))

    def spread(self) -> Spread:
        """Return the exponent, one standard error to either side."""
        return Spread(self.exponent, self.exponent - self.error, self.exponent + self.error)

    def at(self, size: float) -> float:
        """Return the cost at a size."""
        return float(self.factor * size**self.exponent)
