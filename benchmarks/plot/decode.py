"""Decode: processor time by kind of frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.style import INK, canvas, key, lines, logarithmic, look_of, title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_SHOWN = ("greenroom", "sdk", "bare")
_MICROSECONDS_PER_KB = 1e6 * 1e3


def draw(figures: dict[str, Any]) -> Figure:
    """Draw a dot for each side in one line a kind, by the kilobyte: lines differ in size."""
    figure, [axes] = canvas(0.3 * len(figures) + 1.1)
    for place, kind in enumerate(figures.values()):
        scale = _MICROSECONDS_PER_KB / kind["bytes_per_line"]
        costs = {side: scale * kind["cpu_seconds"][side]["median"] for side in _SHOWN}
        ends = (min(costs.values()), max(costs.values()))
        axes.plot(ends, (place, place), color=INK, linewidth=1, alpha=0.5, zorder=1)
        for side in reversed(_SHOWN):
            axes.scatter(costs[side], place, s=36, color=look_of(side).colour, zorder=2)
        times = f"{kind['times_the_sdk']['median']:.1f}x"
        axes.annotate(times, (ends[1], place), (9, 0), textcoords="offset points", va="center")
    lines(axes, [f"{kind}, {of['bytes_per_line']:,.0f} B" for kind, of in figures.items()])
    logarithmic(axes, "x")
    axes.margins(x=0.1)
    key(axes, _SHOWN)
    title(axes, "Decoding, µs of CPU per kilobyte; times the SDK", pad=26)
    return figure
