"""What a benchmark found, and what it had to reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from benchmarks.spread import Spread

__all__ = ["Bar", "Result"]


@dataclass(frozen=True)
class Bar:
    """A figure and the bound that it has to keep to.

    Attributes:
        what: the figure, in words.
        bound: the bound, in words: ``at least 15``.
        measured: the figure.
        form: how to show it.
        held: whether its median keeps to the bound.
    """

    what: str
    bound: str
    measured: Spread
    form: str
    held: bool

    @classmethod
    def at_least(cls, bound: float, what: str, measured: Spread, form: str = ".1f") -> Self:
        """Return a bar that a figure has to come up to."""
        return cls(what, f"at least {bound:{form}}", measured, form, measured.median >= bound)

    @classmethod
    def at_most(cls, bound: float, what: str, measured: Spread, form: str = ".2f") -> Self:
        """Return a bar that a figure must not go beyond."""
        return cls(what, f"at most {bound:{form}}", measured, form, measured.median <= bound)


@dataclass(frozen=True)
class Result:
    """What a benchmark found.

    Attributes:
        figures: what it shows, for the plots: `Spread`s by name.
        readings: every single reading of every side.
        bars: what it had to reach.
    """

    figures: dict[str, Any]
    readings: dict[str, Any]
    bars: list[Bar] = field(default_factory=list)
