"""Actors: what a message costs, and a life, beside plain pykka's."""

from __future__ import annotations

import math
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

from benchmarks.result import Bar, Result
from benchmarks.rounds import run_rounds
from benchmarks.spread import Spread
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ROUNDS", "run"]

ROUNDS = 5

_SIDES = {"greenroom": "Greenroom", "stock": "pykka", "bare": "bare limit"}
_MESSAGES = {
    "tell": "tell, from a thread",
    "tell_by_four": "tell, from four threads",
    "tell_between": "tell, from an actor",
    "ask": "ask, from a thread",
    "ask_between": "ask, from an actor",
}
_TWO_THREADS = ("tell", "tell_by_four", "ask")
"""What the bare limit can do."""
_TELLS, _ASKS = 200_000, 20_000
_LIVES = (100, 1_000, 10_000)
_QUICK = 10
"""How much less is done to see whether it works."""
_MICRO = 1e6
_KIB = 1024

Readings = dict[str, list[dict[str, Any]]]


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its tables and return all figures."""
    del directory
    less = _QUICK if quick else 1
    readings = {part: _messages(part, less, rounds) for part in _MESSAGES}
    lives = {count: _lives(count // less, rounds) for count in _LIVES}
    times = {part: _times(of) for part, of in readings.items()}
    print(table(_MESSAGE_HEADS, _message_rows(readings), texts=2), end="\n\n")
    print(table(_LATENCY_HEADS, _latency_rows(readings["ask"])), end="\n\n")
    print(table(_TIMES_HEADS, [_times_row(part, of) for part, of in times.items()]), end="\n\n")
    print(table(_LIFE_HEADS, _life_rows(lives), texts=2))
    exponents = {side: _exponents(side, lives) for side in ("greenroom", "stock")}
    for side, exponent in exponents.items():
        print(f"\n{_SIDES[side]}: cost of a life and its end grows as n^{exponent.show('.2f')}.")
    bars = [_tell_bar(part, times[part]) for part in _MESSAGES if part.startswith("tell")]
    growth = f"exponent of {_LIVES[-1]:,} lives, start to end"
    bars.append(Bar.at_most(1.1, growth, exponents["greenroom"]))
    figures = {
        "costs": {part: _each(of) for part, of in readings.items()},
        "lives": {count: _each(of) for count, of in lives.items()},
        "times": times,
        "exponents": exponents,
    }
    return Result(figures, {"messages": readings, "lives": lives}, bars)


def _messages(part: str, less: int, rounds: int) -> Readings:
    count = (_ASKS if part.startswith("ask") else _TELLS) // less
    sides = tuple(side for side in _SIDES if side != "bare" or part in _TWO_THREADS)
    readings = run_rounds({"benchmark": "actors", "part": part, "count": count}, sides, rounds)
    _check(part, count, readings)
    return _per_one(count, readings)


def _lives(count: int, rounds: int) -> Readings:
    job = {"benchmark": "actors", "part": "lives", "count": count}
    readings = run_rounds(job, ("greenroom", "stock"), rounds)
    _check("lives", count, readings)
    return _per_one(count, readings)


def _check(part: str, count: int, readings: Readings) -> None:
    """Insist that every message was handled and every actor lived.

    Raises:
        AssertionError: one was not, or did not.
    """
    for side, rounds in readings.items():
        for reading in rounds:
            assert reading["seen"] == count, f"{part}: {side} has {reading['seen']}, not {count}"


def _per_one(count: int, readings: Readings) -> Readings:
    def of_one(reading: dict[str, Any]) -> dict[str, Any]:
        names = ("wall_seconds", "cpu_seconds", "grown_bytes")
        each = {f"{name}_each": reading[name] / count for name in names}
        return reading | each | {"count": count}

    return {side: [of_one(reading) for reading in of] for side, of in readings.items()}


def _each(readings: Readings) -> dict[str, dict[str, Spread]]:
    """Return what one message, or one life, costs each side."""
    names = (*_COSTS, "grown_bytes")
    return {
        side: {name: _spread(f"{name}_each", of) for name in names} for side, of in readings.items()
    }


def _times(readings: Readings) -> dict[str, dict[str, Spread]]:
    def ratio(other: str, name: str) -> Spread:
        above, below = ([of[name] for of in readings[who]] for who in (other, "greenroom"))
        return Spread.ratio(above, below)

    others = [side for side in readings if side != "greenroom"]
    return {who: {name: ratio(who, name) for name in _COSTS} for who in others}


_COSTS = ("wall_seconds", "cpu_seconds")


def _exponents(side: str, lives: dict[int, Readings]) -> Spread:
    """Fit the cost of n lives as a power of n, in each round."""
    rounds = zip(*(of[side] for of in lives.values()), strict=True)
    return Spread.of(_exponent(sizes) for sizes in rounds)


def _exponent(sizes: Sequence[dict[str, Any]]) -> float:
    counts = [math.log(of["count"]) for of in sizes]
    seconds = [math.log(of["cpu_seconds"]) for of in sizes]
    return linear_regression(counts, seconds).slope


def _tell_bar(part: str, times: dict[str, dict[str, Spread]]) -> Bar:
    return Bar.at_least(5, f"{_MESSAGES[part]}, times pykka", times["stock"]["wall_seconds"])


_MESSAGE_HEADS = ("message", "side", "1000/s", "wall µs each", "host CPU µs each")
_LATENCY_HEADS = ("ask, from a thread", "p50 µs", "p99 µs")
_TIMES_HEADS = ("message", "times pykka: wall", "CPU", "% of bare: wall", "CPU")
_LIFE_HEADS = ("side", "lives", "start s", "stop s", "host CPU µs each", "threads", "KiB each")


def _message_rows(readings: dict[str, Readings]) -> list[Sequence[str]]:
    return [
        (_MESSAGES[part], _SIDES[side], *_message_cells(of))
        for part, sides in readings.items()
        for side, of in sides.items()
    ]


def _message_cells(readings: list[dict[str, Any]]) -> Sequence[str]:
    wall, cpu = (_spread(f"{name}_each", readings, _MICRO) for name in _COSTS)
    return (f"{1000 / wall.median:,.0f}", wall.show(".2f"), cpu.show(".2f"))


def _latency_rows(readings: Readings) -> list[Sequence[str]]:
    names = ("p50_seconds", "p99_seconds")
    return [
        (_SIDES[side], *(_spread(name, of, _MICRO).show(".0f") for name in names))
        for side, of in readings.items()
    ]


def _times_row(part: str, times: dict[str, dict[str, Spread]]) -> Sequence[str]:
    def cells(other: str, form: str) -> list[str]:
        of = times.get(other)
        return ["-", "-"] if of is None else [spread.show(form) for spread in of.values()]

    return (_MESSAGES[part], *cells("stock", ".1f"), *cells("bare", ".0%"))


def _life_rows(lives: dict[int, Readings]) -> list[Sequence[str]]:
    return [
        (_SIDES[side], f"{of[side][0]['count']:,}", *_life_cells(of[side]))
        for side in ("greenroom", "stock")
        for of in lives.values()
    ]


def _life_cells(readings: list[dict[str, Any]]) -> Sequence[str]:
    return (
        _spread("start_seconds", readings).show(".3f"),
        _spread("stop_seconds", readings).show(".3f"),
        _spread("cpu_seconds_each", readings, _MICRO).show(".0f"),
        f"{max(of['threads'] for of in readings):,}",
        _spread("grown_bytes_each", readings, 1 / _KIB).show(".1f"),
    )


def _spread(name: str, readings: list[dict[str, Any]], scale: float = 1) -> Spread:
    return Spread.of(reading[name] * scale for reading in readings)
