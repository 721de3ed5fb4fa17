"""Start-up: what an import costs, and how long a fresh process takes to its first answer."""

from __future__ import annotations

import statistics
from importlib import metadata
from typing import TYPE_CHECKING, Any

from benchmarks.result import Bar, Result
from benchmarks.rounds import take_turns
from benchmarks.spread import Spread
from benchmarks.startup.launch import launch
from benchmarks.startup.sides import SIDES, there
from benchmarks.stream.flood import install
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ROUNDS", "run"]

ROUNDS = 15

_FIGURES = ("wall_seconds", "cpu_seconds", "modules", "peak_rss_bytes")
_IMPORTS = ("greenroom", "greenroom_system")
_OURS = (*_IMPORTS, "greenroom_session", "ask_greenroom", "ask_command")
_RIVALS = {"sdk": "Python SDK", "typescript": "TypeScript SDK"}
_COST_HEADS = ("program", "wall ms", "host CPU ms", "modules", "RSS MiB")
_MIB = 1024 * 1024

Readings = dict[str, list[dict[str, Any]]]


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its tables and return all figures."""
    del quick  # a round is short
    cli = install(directory, 0).cli

    def start(side: str) -> dict[str, Any]:
        return _start(side, cli, directory)

    sides = there()
    take_turns("startup, warming up", sides, 1, start)
    readings = take_turns("startup", sides, rounds, start)
    costs = {side: _costs(side, readings) for side in sides}
    print(_caption(), end="\n\n")
    for alone in (True, False):
        rows = [_row(side, of) for side, of in costs.items() if (not SIDES[side].says) is alone]
        print(table(_COST_HEADS, rows), end="\n\n")
    ratios = {side: _ratios(side, readings) for side in _OURS}
    print(table(_ratio_heads(), [_ratio_row(side, of) for side, of in ratios.items()]))
    return Result({"costs": costs, "ratios": ratios}, readings, _bars(costs, ratios))


def _start(side: str, cli: str, home: Path) -> dict[str, Any]:
    """Run a program once, and insist that it did what it is measured for.

    Raises:
        AssertionError: it did not.
    """
    it = SIDES[side]
    reading = launch((*it.command, cli) if it.needs == "cli" else it.command, home)
    assert reading["said"].startswith(it.says), f"{it.label} said {reading['said']!r}"
    return reading


def _caption() -> str:
    try:
        rich = f"rich {metadata.version('rich')} is installed"
    except metadata.PackageNotFoundError:
        rich = "rich is not installed"
    return (
        "From the start of a process to its first line; of an import, the interpreter alone "
        f"subtracted. Compiled files and the page cache are warm; {rich}."
    )


def _net(side: str, name: str, readings: Readings) -> list[float]:
    """Return one figure of each round, without what the interpreter alone costs at the median.

    Its own figure of the same round would not do: with one bad moment it exceeds a light import's.
    """
    gross = [reading[name] for reading in readings[side]]
    base = SIDES[side].base
    if base is None:
        return gross
    alone = statistics.median(reading[name] for reading in readings[base])
    return [all_of - alone for all_of in gross]


def _costs(side: str, readings: Readings) -> dict[str, Spread]:
    return {name: Spread.of(_net(side, name, readings)) for name in _FIGURES}


def _ratios(side: str, readings: Readings) -> dict[str, dict[str, Spread]]:
    prefix = "ask_" if side.startswith("ask_") else ""
    rivals = [rival for rival in _RIVALS if prefix + rival in readings]
    return {
        rival: {
            name: Spread.ratio(_net(prefix + rival, name, readings), _net(side, name, readings))
            for name in ("wall_seconds", "cpu_seconds")
        }
        for rival in rivals
    }


def _bars(
    costs: dict[str, dict[str, Spread]], ratios: dict[str, dict[str, dict[str, Spread]]]
) -> list[Bar]:
    bars = []
    for side in _IMPORTS:
        what, wall = SIDES[side].label, costs[side]["wall_seconds"]
        milliseconds = Spread(*(1000 * seconds for seconds in (wall.median, wall.low, wall.high)))
        times = ratios[side]["sdk"]["wall_seconds"]
        bars += [
            Bar.at_least(8, f"{what}, times as fast as the Python SDK's import", times),
            Bar.at_most(110, f"{what}, milliseconds", milliseconds, ".0f"),
        ]
    return bars


def _row(side: str, costs: dict[str, Spread]) -> Sequence[str]:
    modules = costs["modules"].median
    return (
        SIDES[side].label,
        *(_milliseconds(costs[name]) for name in ("wall_seconds", "cpu_seconds")),
        f"{modules:.0f}" if modules else "-",
        f"{costs['peak_rss_bytes'].median / _MIB:.1f}",
    )


def _milliseconds(spread: Spread) -> str:
    low, median, high = (1000 * seconds for seconds in (spread.low, spread.median, spread.high))
    return f"{median:.1f} ({low:.1f} to {high:.1f})"


def _ratio_heads() -> Sequence[str]:
    return ("program", *(f"times the {who}: {what}" for who in _RIVALS.values() for what in _SHORT))


_SHORT = ("wall", "CPU")


def _ratio_row(side: str, ratios: dict[str, dict[str, Spread]]) -> Sequence[str]:
    cells = [
        spread.show(".1f") for rival in _RIVALS for spread in ratios.get(rival, {}).values()
    ] + ["-"] * (len(_SHORT) * (len(_RIVALS) - len(ratios)))
    return (SIDES[side].label, *cells)
