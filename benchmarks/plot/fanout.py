"""Fan-out: queries a second by how many are asked at once, and the memory of a live session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, summed
from benchmarks.plot.style import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(figures: dict[str, Any]) -> Figure:
    """Draw a panel of bars for each size, and one for the memory."""
    sizes, live = figures["sizes"], dict(figures["live"])
    count = live.pop("count")
    sides = list(next(iter(sizes.values())))
    width = 2.3 * len(sizes) + 3.0
    figure, panels = canvas(0.36 * len(sides) + 0.7, panels=len(sizes) + 1, width=width)
    for number, (size, costs) in enumerate(sizes.items()):
        rows = [_row(side, costs.get(side, {}), "queries_per_second") for side in sides]
        bars(panels[number], f"{int(size):,} queries, 1/s", rows, names=number == 0)
    memory = [_row(side, live.get(side, {}), "host_kib", "warden_kib") for side in sides]
    bars(panels[-1], f"KiB each, {count:,} live", memory, names=False)
    return figure


def _row(side: str, costs: dict[str, Any], *names: str) -> Bar:
    """Return the sum of some figures; nothing for a side that failed."""
    if not costs:
        return Bar(side, {"median": 0, "low": 0, "high": 0}, "failed")
    total = summed(costs, *names)
    return Bar(side, total, f"{total['median']:,.0f}")
