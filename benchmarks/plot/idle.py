"""Idle: what open sessions take while nobody asks anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, scaled, summed
from benchmarks.plot.style import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_MILLI = 1e3


def draw(figures: dict[str, Any]) -> Figure:
    """Draw processor time and memory of the host with its helpers."""
    sides = figures["sides"]
    figure, [cpu, memory] = canvas(0.36 * len(sides) + 0.7, panels=2)
    seconds = {side: summed(of, "cpu_seconds", "helper_cpu_seconds") for side, of in sides.items()}
    kib = {side: summed(of, "host_kib", "helper_kib") for side, of in sides.items()}
    times = {side: scaled(of, _MILLI) for side, of in seconds.items()}
    bars(
        cpu,
        f"CPU ms in {figures['seconds']:.0f} s, {figures['count']:,} idle",
        [Bar(side, of, f"{of['median']:,.1f}") for side, of in times.items()],
    )
    rows = [Bar(side, of, f"{of['median']:,.0f}") for side, of in kib.items()]
    bars(memory, "Memory, KiB each", rows, names=False)
    return figure
