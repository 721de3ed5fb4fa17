"""Decode: processor time per message, from chunks of bytes to typed messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.decode.samples import write_samples
from benchmarks.result import Bar, Result
from benchmarks.rounds import run_rounds
from benchmarks.spread import Spread
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ROUNDS", "run"]

ROUNDS = 9

_SIDES = ("greenroom", "sdk", "naive", "bare")
_HEADS = (
    "frame",
    "bytes",
    "Greenroom µs",
    "SDK µs",
    "json.loads µs",
    "bare µs",
    "times the SDK",
    "% of bare",
)


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its table and return all figures."""
    files = write_samples(directory)
    job = {
        "benchmark": "decode",
        "samples": {kind: str(path) for kind, path in files.items()},
        "seconds": 0.01 if quick else 0.1,
    }
    readings = run_rounds(job, _SIDES, rounds)
    figures = {kind: _figures(kind, path, readings) for kind, path in files.items()}
    print(table(_HEADS, [_row(kind, of) for kind, of in figures.items()]))
    bars = [
        Bar.at_least(8, f"decode `{kind}`, times the SDK", of["times_the_sdk"])
        for kind, of in figures.items()
    ]
    return Result(figures, readings, bars)


def _figures(kind: str, path: Path, readings: dict[str, list[Any]]) -> dict[str, Any]:
    """Return what one kind costs on each side.

    Raises:
        AssertionError: a side did not return one message for each line.
    """
    sample = path.read_bytes()
    lines = sample.count(b"\n")
    for side, rounds in readings.items():
        seen = {reading[kind]["messages"] for reading in rounds}
        assert seen == {lines}, f"{side} made {seen} messages of {lines} lines of {kind}"
    costs = {
        side: [reading[kind]["cpu_seconds"] for reading in rounds]
        for side, rounds in readings.items()
    }
    ours = costs["greenroom"]
    return {
        "bytes_per_line": len(sample) / lines,
        "cpu_seconds": {side: Spread.of(cost) for side, cost in costs.items()},
        "times_the_sdk": Spread.ratio(costs["sdk"], ours),
        "share_of_bare": Spread.ratio(costs["bare"], ours),
    }


def _row(kind: str, figures: dict[str, Any]) -> Sequence[str]:
    costs = figures["cpu_seconds"]
    return (
        f"`{kind}`",
        f"{figures['bytes_per_line']:,.0f}",
        *(_microseconds(costs[side].median) for side in _SIDES),
        figures["times_the_sdk"].show(".1f"),
        figures["share_of_bare"].show(".0%"),
    )


def _microseconds(seconds: float) -> str:
    microseconds = seconds * 1e6
    return f"{microseconds:,.0f}" if microseconds >= 100 else f"{microseconds:.2f}"  # noqa: PLR2004 - three digits
