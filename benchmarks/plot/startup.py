"""Start-up: what an import costs, and how long the first answer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot.bars import Bar, bars, scaled
from benchmarks.plot.style import canvas
from benchmarks.startup.sides import SIDES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_ALONE = ("python", "node")
"""What is subtracted from the others, and not drawn."""


def draw(figures: dict[str, Any]) -> Figure:
    """Draw the imports beside the programs that do something."""
    costs = {name: of for name, of in figures["costs"].items() if name not in _ALONE}
    imports = {name: of for name, of in costs.items() if not SIDES[name].says}
    programs = {name: of for name, of in costs.items() if SIDES[name].says}
    figure, [left, right] = canvas(0.36 * max(len(imports), len(programs)) + 0.7, 2, width=9.2)
    bars(left, "Import, ms", _rows(imports))
    bars(right, "From cold to the answer, ms", _rows(programs))
    return figure


def _rows(costs: dict[str, Any]) -> list[Bar]:
    spreads = {name: scaled(of["wall_seconds"], 1e3) for name, of in costs.items()}
    return [
        Bar(_side(name), spread, f"{spread['median']:.0f}", _label(name))
        for name, spread in spreads.items()
    ]


def _side(name: str) -> str:
    """Return which side a program is of: `ask_sdk` of `sdk`, what is no other's of Greenroom."""
    side = name.removeprefix("ask_")
    return side if side in {"sdk", "typescript", "bare"} else "greenroom"


def _label(name: str) -> str:
    return SIDES[name].label.replace("`", "").removeprefix("import greenroom; ")
