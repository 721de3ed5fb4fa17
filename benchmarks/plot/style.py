"""How all plots look: a colour for each side, and greys that light and dark pages both bear."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

__all__ = [
    "INK",
    "Look",
    "canvas",
    "key",
    "lines",
    "logarithmic",
    "look_of",
    "save",
    "styled",
    "title",
]

INK = "#77828d"
_FAINT = "#77828d55"
_TITLE_POINTS, _POINTS = 11, 9
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "greenroom",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial"],
    "font.size": _POINTS,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": _FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.titlelocation": "left",
    "grid.color": _FAINT,
    "grid.linewidth": 0.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.minor.bottom": False,
    "ytick.minor.left": False,
}


class Look(NamedTuple):
    """How a side is called and drawn."""

    label: str
    colour: str


_SIDES = {
    "greenroom": Look("Greenroom", "#1b9e77"),
    "greenroom_asyncio": Look("Greenroom, asyncio", "#63b99d"),
    "sdk": Look("Python SDK", "#d9742b"),
    "typescript": Look("TypeScript SDK", "#7f7ac0"),
    "stock": Look("stock pykka", "#d9742b"),
    "naive": Look("json.loads by hand", "#b08d3c"),
    "bare": Look("bare limit", "#8a939d"),
    "bare_asyncio": Look("bare limit, asyncio", "#b4bac1"),
}


def look_of(side: str) -> Look:
    """Return how a side is drawn; one that is not known by its name, in grey."""
    return _SIDES.get(side, Look(side, INK))


@contextmanager
def styled() -> Iterator[None]:
    """Give everything that is drawn within the same look."""
    with mpl.rc_context(_SETTINGS):
        yield


def canvas(
    height: float, panels: int = 1, width: float = 7.2, columns: int | None = None
) -> tuple[Figure, list[Axes]]:
    """Return a figure of so many inches and its panels, in one row or in so many columns."""
    columns = panels if columns is None else min(columns, panels)
    figure = Figure((width, height), layout="constrained")
    grid = figure.add_gridspec(-(-panels // columns), columns)
    return figure, [figure.add_subplot(grid[divmod(place, columns)]) for place in range(panels)]


def lines(axes: Axes, labels: Sequence[str]) -> None:
    """Make a panel of so many named lines, from top to bottom."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def logarithmic(axes: Axes, direction: Literal["x", "y"]) -> None:
    """Give a panel a logarithmic scale with plain numbers."""
    axes.set(**{f"{direction}scale": "log"})
    axis = axes.xaxis if direction == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_locator(NullLocator())


def title(axes: Axes, text: str, *, pad: float = 10) -> None:
    """Say above a panel what it shows."""
    axes.set_title(text, fontsize=_TITLE_POINTS, pad=pad)


def key(axes: Axes, sides: Sequence[str]) -> None:
    """Name the sides above a panel, each in its colour."""
    marks = [Line2D([], [], color=look_of(side).colour, marker="o", ls="") for side in sides]
    axes.legend(
        marks,
        [look_of(side).label for side in sides],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(sides),
        labelcolor="linecolor",
        frameon=False,
        handletextpad=0,
        borderpad=0.2,
        columnspacing=1.2,
    )


def save(figure: Figure, path: Path) -> None:
    """Write a figure, the same bytes for the same figures; the ending says as what."""
    metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else None
    figure.savefig(path, transparent=True, metadata=metadata, dpi=144)
