"""Lying bars, one for each side, with what they show written at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.plot.style import INK, lines, look_of, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["Bar", "bars", "scaled", "summed"]

_ROOM = 1.32
"""How much longer than the longest bar a panel is: its label needs the space."""


class Bar(NamedTuple):
    """One bar.

    Attributes:
        side: whose it is: its colour, and its name unless there is a label.
        spread: how long it is, with the quartiles.
        text: what is written at its end.
        label: what is written before it.
    """

    side: str
    spread: dict[str, float]
    text: str
    label: str | None = None


def bars(axes: Axes, heading: str, rows: Sequence[Bar], *, names: bool = True) -> None:
    """Draw bars from top to bottom; `names` is False where the panel before has them."""
    places = range(len(rows))
    ends = [row.spread["median"] for row in rows]
    axes.barh(places, ends, height=0.62, color=[look_of(row.side).colour for row in rows])
    for place, row in enumerate(rows):
        low, high = row.spread["low"], row.spread["high"]
        axes.plot([low, high], [place, place], color=INK, linewidth=1.2, solid_capstyle="butt")
        axes.annotate(
            row.text,
            (max(high, ends[place]), place),
            (5, 0),
            textcoords="offset points",
            va="center",
        )
    labels = [look_of(row.side).label if row.label is None else row.label for row in rows]
    lines(axes, labels if names else [""] * len(rows))
    axes.set_xlim(0, max(ends + [row.spread["high"] for row in rows]) * _ROOM)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    title(axes, heading)


def scaled(spread: dict[str, Any], factor: float) -> dict[str, float]:
    """Return a spread in another unit."""
    return {name: value * factor for name, value in spread.items()}


def summed(costs: dict[str, Any], *names: str) -> dict[str, float]:
    """Return the sum of some spreads."""
    return {each: sum(costs[name][each] for name in names) for each in ("median", "low", "high")}
