"""Stream: a hundred thousand partial frames from one child, through to the consumer's loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.result import Bar, Result
from benchmarks.rounds import run_rounds, those_there
from benchmarks.spread import Spread
from benchmarks.stream.flood import Flood, install
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ROUNDS", "run"]

ROUNDS = 9

_SIDES = {
    "greenroom": "Greenroom, `for`",
    "greenroom_asyncio": "Greenroom, `async for`",
    "sdk": "official Python SDK",
    "typescript": "official TypeScript SDK",
    "naive": "`json.loads` by hand",
    "bare": "bare limit",
}
_OURS = ("greenroom", "greenroom_asyncio")
_COST_HEADS = (
    "side",
    "frames/s",
    "wall s",
    "host CPU s",
    "CPU µs/frame",
    "peak RSS MiB",
    "grown MiB",
)
_RATIO_HEADS = (
    "side",
    "times the Python SDK: wall",
    "CPU",
    "times the TypeScript SDK: wall",
    "CPU",
    "% of bare: wall",
    "CPU",
)
_TIMES = {"sdk": ".1f", "typescript": ".1f", "bare": ".0%"}
"""Whose cost is divided by ours, and how that is shown."""
_MIB = 1024 * 1024


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its tables and return all figures."""
    flood = install(directory, 5_000 if quick else 100_000)
    readings = run_rounds({"benchmark": "stream", "cli": flood.cli}, those_there(_SIDES), rounds)
    _check(flood, readings)
    costs = {side: _costs(of, flood.frames) for side, of in readings.items()}
    ratios = {side: _ratios(side, readings) for side in _OURS}
    print(f"{flood.frames:,} frames of {flood.size / flood.frames:.0f} bytes.\n")
    print(table(_COST_HEADS, [_cost_row(side, of) for side, of in costs.items()]), end="\n\n")
    print(table(_RATIO_HEADS, [_ratio_row(side, of) for side, of in ratios.items()]))
    figures = {"frames": flood.frames, "bytes": flood.size, "costs": costs, "ratios": ratios}
    return Result(figures, readings, [bar for side in _OURS for bar in _bars(side, ratios[side])])


def _check(flood: Flood, readings: dict[str, list[Any]]) -> None:
    """Insist that every side has seen every frame and every character.

    Raises:
        AssertionError: one has not.
    """
    expected = (flood.frames, flood.characters)
    for side, rounds in readings.items():
        for reading in rounds:
            seen = (reading["frames"], reading["characters"])
            assert seen == expected, f"{side} saw {seen} frames and characters, not {expected}"


def _costs(readings: list[Any], frames: int) -> dict[str, Spread]:
    names = ("wall_seconds", "cpu_seconds", "peak_rss_bytes", "grown_bytes")
    costs = {name: Spread.of(reading[name] for reading in readings) for name in names}
    costs["frames_per_second"] = Spread.of(frames / of["wall_seconds"] for of in readings)
    costs["cpu_seconds_per_frame"] = Spread.of(of["cpu_seconds"] / frames for of in readings)
    return costs


def _ratios(side: str, readings: dict[str, list[Any]]) -> dict[str, dict[str, Spread]]:
    def ratio(other: str, name: str) -> Spread:
        above, below = ([of[name] for of in readings[who]] for who in (other, side))
        return Spread.ratio(above, below)

    names = ("wall_seconds", "cpu_seconds")
    return {
        other: {name: ratio(other, name) for name in names} for other in _TIMES if other in readings
    }


def _bars(side: str, ratios: dict[str, dict[str, Spread]]) -> list[Bar]:
    who = f"stream, {_SIDES[side]}"
    wall = {other: of["wall_seconds"] for other, of in ratios.items()}
    bars = [Bar.at_least(15, f"{who}, times the Python SDK", wall["sdk"])]
    if "typescript" in wall:
        bars.append(Bar.at_least(3, f"{who}, times the TypeScript SDK", wall["typescript"]))
    return [*bars, Bar.at_least(0.85, f"{who}, share of the bare limit", wall["bare"], ".0%")]


def _cost_row(side: str, costs: dict[str, Spread]) -> Sequence[str]:
    return (
        _SIDES[side],
        f"{costs['frames_per_second'].median:,.0f}",
        costs["wall_seconds"].show(".3f"),
        costs["cpu_seconds"].show(".3f"),
        f"{costs['cpu_seconds_per_frame'].median * 1e6:.2f}",
        f"{costs['peak_rss_bytes'].median / _MIB:.0f}",
        f"{costs['grown_bytes'].median / _MIB:.1f}",
    )


def _ratio_row(side: str, ratios: dict[str, dict[str, Spread]]) -> Sequence[str]:
    def cells(other: str, form: str) -> list[str]:
        of = ratios.get(other)
        return ["-", "-"] if of is None else [spread.show(form) for spread in of.values()]

    return (_SIDES[side], *(cell for other, form in _TIMES.items() for cell in cells(other, form)))
