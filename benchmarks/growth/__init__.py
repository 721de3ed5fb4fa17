"""Growth: the others at 1x, 10x and 100x, and the exponent with which their cost grows.

An exponent of 1 is twice the cost for twice the work. A fixed cost makes the first step cheaper
than that, and may hide that the second is dearer: it is shown, and bounded, by itself, too.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.growth.fit import Fit
from benchmarks.growth.series import SERIES
from benchmarks.result import Bar, Result
from benchmarks.rounds import run_rounds
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.growth.series import Series
    from benchmarks.rounds import Reading

__all__ = ["QUICK_ROUNDS", "ROUNDS", "run"]

ROUNDS, QUICK_ROUNDS = 3, 1

_STEPS = (1, 10, 100)
_QUICK_STEPS = (1, 10)
_MOST_EXPONENT = 1.1
_SIDES = {"greenroom": "Greenroom", "sdk": "official Python SDK"}
_HEADS = ("benchmark", "side", "cost", "of", *(f"{step}x" for step in _STEPS), "exponent", "last")


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run every series, print one table and return all figures."""
    steps = _QUICK_STEPS if quick else _STEPS
    readings = {
        name: _readings(directory / name, series, rounds, steps) for name, series in SERIES.items()
    }
    figures = {
        name: {side: _figures(SERIES[name], of) for side, of in sides.items()}
        for name, sides in readings.items()
    }
    print(
        table(
            _HEADS,
            [_row(name, side, of) for name in figures for side, of in figures[name].items()],
            texts=4,
        )
    )
    return Result(
        figures, readings, [bar for name in figures for bar in _bars(name, figures[name])]
    )


def _readings(
    directory: Path, series: Series, rounds: int, steps: tuple[int, ...]
) -> dict[str, dict[str, list[Reading]]]:
    """Run one benchmark at every size; return its readings by side and size."""
    readings: dict[str, dict[str, list[Reading]]] = {side: {} for side in _SIDES}
    for step in steps:
        size = step * series.first
        place = directory / str(size)
        place.mkdir(parents=True)
        with series.task(place, size) as task:
            of_size = run_rounds(task.job, tuple(_SIDES), rounds)
        for side, each in of_size.items():
            for reading in each:
                seen = {name: reading[name] for name in task.seen}
                assert seen == task.seen, f"{side} at {size} saw {seen}, not {task.seen}"
            readings[side][str(size)] = each
    return readings


def _figures(series: Series, readings: dict[str, list[Reading]]) -> dict[str, Any]:
    costs = {int(size): [series.cost_of(of) for of in each] for size, each in readings.items()}
    points = [(float(size), cost) for size, each in costs.items() for cost in each]
    last = sorted(costs)[-2:]
    return {
        "unit": series.unit,
        "cost": series.cost,
        "costs": {str(size): statistics.median(each) for size, each in costs.items()},
        "fit": Fit.of(points)._asdict(),
        "exponent": Fit.of(points).spread(),
        "last_exponent": Fit.of(point for point in points if point[0] in last).spread(),
    }


def _bars(name: str, sides: dict[str, Any]) -> list[Bar]:
    ours = sides["greenroom"]
    what = f"growth of {name}, {ours['cost']} by {ours['unit']}, exponent"
    return [
        Bar.at_most(_MOST_EXPONENT, what, ours["exponent"]),
        Bar.at_most(_MOST_EXPONENT, f"{what} of the last step", ours["last_exponent"]),
    ]


def _row(name: str, side: str, figures: dict[str, Any]) -> Sequence[str]:
    costs = [f"{cost:.4g}" for cost in figures["costs"].values()]
    exponent, last = figures["exponent"], figures["last_exponent"]
    return (
        name,
        _SIDES[side],
        figures["cost"],
        f"{min(map(int, figures['costs'])):,} {figures['unit']}",
        *costs,
        *["-"] * (len(_STEPS) - len(costs)),
        *(f"{each.median:.2f} ± {each.median - each.low:.2f}" for each in (exponent, last)),
    )
