"""Start-up: what an import costs, and how long the first answer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, scaled
from benchmarks.plot.style import canvas
from benchmarks.startup.sides import SIDES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_COLOURED = {
    "greenroom": "greenroom",
    "greenroom_system": "greenroom",
    "sdk": "sdk",
    "typescript": "typescript",
    "bare": "bare",
    "version": "greenroom",
    "ask_greenroom": "greenroom",
    "ask_command": "greenroom_asyncio",
    "ask_sdk": "sdk",
    "ask_typescript": "typescript",
    "ask_bare": "bare",
}
"""Which side a program stands for."""


def draw(figures: dict[str, Any]) -> Figure:
    """Draw the imports beside the programs that do something."""
    costs = {name: of for name, of in figures["costs"].items() if name in _COLOURED}
    imports = {name: of for name, of in costs.items() if not SIDES[name].says}
    programs = {name: of for name, of in costs.items() if SIDES[name].says}
    figure, [left, right] = canvas(0.36 * max(len(imports), len(programs)) + 0.7, 2, width=9.2)
    bars(left, "Import, ms", _rows(imports))
    bars(right, "From cold to the answer, ms", _rows(programs))
    return figure


def _rows(costs: dict[str, Any]) -> list[Bar]:
    spreads = {name: scaled(of["wall_seconds"], 1e3) for name, of in costs.items()}
    return [
        Bar(_COLOURED[name], spread, f"{spread['median']:.0f}", SIDES[name].label.replace("`", ""))
        for name, spread in spreads.items()
    ]
