"""Paced: what a frame costs at the pace of a model, and how late it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, scaled
from benchmarks.plot.style import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(figures: dict[str, Any]) -> Figure:
    """Draw processor time per frame, and the lateness that one frame in a hundred exceeds."""
    costs = figures["costs"]
    figure, [cost, late] = canvas(0.36 * len(costs) + 0.7, panels=2)
    bars(cost, "Host CPU, µs/frame", _rows(costs, "cpu_seconds_per_frame", 1e6))
    bars(late, "Late, ms (p99)", _rows(costs, "late_p99", 1e3), names=False)
    return figure


def _rows(costs: dict[str, Any], name: str, factor: float) -> list[Bar]:
    spreads = {side: scaled(of[name], factor) for side, of in costs.items()}
    return [Bar(side, spread, f"{spread['median']:.1f}") for side, spread in spreads.items()]
