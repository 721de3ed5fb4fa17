"""Actors: what a message costs beside stock pykka."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars
from benchmarks.plot.style import canvas, look_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_SHOWN = {"tell": "tell, messages/s", "ask": "ask, messages/s"}


def draw(figures: dict[str, Any]) -> Figure:
    """Draw how many messages a second a thread can tell an actor, and ask it."""
    costs = figures["costs"]
    figure, panels = canvas(1.8, panels=len(_SHOWN))
    for axes, (part, heading) in zip(panels, _SHOWN.items(), strict=True):
        bars(axes, heading, [_rate(side, of) for side, of in costs[part].items()])
    return figure


def _rate(side: str, costs: dict[str, Any]) -> Bar:
    rates = {name: 1 / seconds for name, seconds in costs["wall_seconds"].items()}
    return Bar(side, rates, f"{rates['median']:,.0f}", look_of(side).label)
