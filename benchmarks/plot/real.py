"""Real: what the real CLI leaves to its host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars
from benchmarks.plot.style import canvas, look_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(figures: dict[str, Any]) -> Figure:
    """Draw prompts a second and the host's share of all processor time, by processes at once."""
    costs = [
        (side, width, of) for width, sides in figures["costs"].items() for side, of in sides.items()
    ]
    figure, [speed, share] = canvas(0.36 * len(costs) + 0.7, panels=2)
    rates = [
        Bar(
            side,
            of["prompts_per_second"],
            f"{of['prompts_per_second']['median']:.2f}",
            f"{look_of(side).label}, {width} at once",
        )
        for side, width, of in costs
    ]
    shares = [
        Bar(side, of["host_share"], f"{of['host_share']['median']:.1%}") for side, _, of in costs
    ]
    bars(speed, "Prompts a second, real CLI", rates)
    bars(share, "The host's share of all CPU", shares, names=False)
    return figure
