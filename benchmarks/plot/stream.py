"""Stream: how many frames a second reach the consumer, and what each costs the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, scaled
from benchmarks.plot.style import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(figures: dict[str, Any]) -> Figure:
    """Draw throughput with its share of the bare limit, and processor time per frame."""
    costs = figures["costs"]
    figure, [speed, cost] = canvas(0.36 * len(costs) + 0.7, panels=2)
    bare = costs["bare"]["frames_per_second"]["median"]
    bars(
        speed,
        "Frames/s, and share of bare",
        [
            Bar(
                side,
                of["frames_per_second"],
                f"{of['frames_per_second']['median']:,.0f} · "
                f"{of['frames_per_second']['median'] / bare:.0%}",
            )
            for side, of in costs.items()
        ],
    )
    bars(
        cost,
        "Host CPU, µs/frame",
        [_cost(side, scaled(of["cpu_seconds_per_frame"], 1e6)) for side, of in costs.items()],
        names=False,
    )
    return figure


def _cost(side: str, spread: dict[str, float]) -> Bar:
    return Bar(side, spread, f"{spread['median']:.2f}")
