"""Growth: cost over size, both logarithmic; the slope is the exponent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.plot.style import canvas, look_of, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

_INCHES = 2.6
_COLUMNS = 3
_OF_THOUSAND = 1000


def draw(figures: dict[str, Any]) -> Figure:
    """Draw a panel for each benchmark, with the fitted line of each side."""
    rows = -(-len(figures) // _COLUMNS)
    figure, panels = canvas(_INCHES * rows, len(figures), 3 * _INCHES, _COLUMNS)
    for axes, (name, sides) in zip(panels, figures.items(), strict=True):
        axes.set_xscale("log")
        axes.set_yscale("log")
        upper = max(sides, key=lambda side: list(sides[side]["costs"].values())[-1])
        for side, of in sides.items():
            _line(axes, side, of, above=side == upper)
        ours = sides["greenroom"]
        sizes = [int(size) for size in ours["costs"]]
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks(sizes, map(_short, sizes))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xlabel(ours["unit"])
        axes.margins(x=0.12, y=0.22)
        title(axes, f"{name}: {ours['cost']}")
    return figure


def _line(axes: Axes, side: str, figures: dict[str, Any], *, above: bool) -> None:
    look, fit = look_of(side), figures["fit"]
    sizes = [int(size) for size in figures["costs"]]
    fitted = [fit["factor"] * size ** fit["exponent"] for size in sizes]
    axes.plot(sizes, list(figures["costs"].values()), "o", color=look.colour, markersize=5)
    axes.plot(sizes, fitted, color=look.colour, linewidth=1.2)
    axes.annotate(
        f"{look.label}\nexponent {fit['exponent']:.2f}",
        (0.04, 0.97) if above else (0.96, 0.03),
        xycoords="axes fraction",
        color=look.colour,
        ha="left" if above else "right",
        va="top" if above else "bottom",
    )


def _short(number: int) -> str:
    return f"{number // _OF_THOUSAND}k" if number % _OF_THOUSAND == 0 else str(number)
