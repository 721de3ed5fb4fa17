"""Turn: what a small one costs, and how late its text comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, scaled
from benchmarks.plot.style import INK, canvas, lines, logarithmic, look_of, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(figures: dict[str, Any]) -> Figure:
    """Draw processor time per turn beside latency from the child's write to the consumer."""
    costs = figures["costs"]
    figure, [cost, late] = canvas(0.36 * len(costs) + 0.9, panels=2)
    spreads = {side: scaled(of["cpu"], 1e6) for side, of in costs.items()}
    rows = [Bar(side, spread, f"{spread['median']:,.0f}") for side, spread in spreads.items()]
    bars(cost, "Host CPU, µs/turn", rows)
    _latency(late, costs)
    return figure


def _latency(axes: Axes, costs: dict[str, Any]) -> None:
    for place, (side, of) in enumerate(costs.items()):
        p50, p99 = (1e6 * of[name]["median"] for name in ("p50", "p99"))
        colour = look_of(side).colour
        axes.plot((p50, p99), (place, place), color=colour, linewidth=2, alpha=0.45)
        axes.scatter(p50, place, color=colour, s=34, zorder=2)
        axes.scatter(p99, place, color=colour, s=60, marker="|", zorder=2)
        for value, side_of in ((p50, -1), (p99, 1)):
            axes.annotate(
                f"{value:,.0f}",
                (value, place),
                (7 * side_of, 0),
                textcoords="offset points",
                ha="left" if side_of > 0 else "right",
                va="center",
                color=INK,
            )
    logarithmic(axes, "x")
    lines(axes, [""] * len(costs))
    axes.margins(x=0.25)
    title(axes, "Latency, µs: p50 to p99")
