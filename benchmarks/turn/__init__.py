"""Turn: one small warm turn after the other in one session; what each costs, and how late it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.result import Bar, Result
from benchmarks.rounds import run_rounds, those_there
from benchmarks.spread import Spread
from benchmarks.table import table
from benchmarks.turn.answer import Answer, install
from benchmarks.turn.tally import BRISK, PAUSED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.rounds import Reading

__all__ = ["ROUNDS", "run"]

ROUNDS = 5

_SIDES = {
    "greenroom": "Greenroom, `for`",
    "greenroom_asyncio": "Greenroom, `async for`",
    "sdk": "official Python SDK",
    "typescript": "official TypeScript SDK",
    "bare": "bare limit, thread",
    "bare_asyncio": "bare limit, asyncio",
}
_BARE_OF = {"greenroom": "bare", "greenroom_asyncio": "bare_asyncio"}
_TURNS = {BRISK: 1000, PAUSED: 200}
_QUICK_TURNS = {BRISK: 50, PAUSED: 15}
_COST_HEADS = (
    "side",
    "turns/s",
    "CPU µs/turn",
    "with pauses",
    "p50 µs",
    "p99 µs",
    "peak RSS MiB",
)
_SHARE_HEADS = ("side", "of", "CPU", "CPU with pauses", "p50", "p99")
_MIB = 1024 * 1024


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its tables and return all figures."""
    answer, sides = install(directory), those_there(_SIDES, one_clock=True)
    turns = _QUICK_TURNS if quick else _TURNS
    readings = {
        prompt: run_rounds(
            {"benchmark": "turn", "cli": answer.cli, "prompt": prompt, "turns": count},
            sides,
            rounds,
        )
        for prompt, count in turns.items()
    }
    for prompt, of in readings.items():
        _check(answer, turns[prompt], of)
    costs = {side: _costs(side, readings, turns) for side in sides}
    shares = {side: _shares(side, readings) for side in _BARE_OF}
    print(
        f"{turns[BRISK]:,} turns of {answer.lines} lines, {answer.size:,} bytes; and "
        f"{turns[PAUSED]} whose pieces of text come 3 ms apart, for CPU with pauses, p50 and p99 "
        "from the child's write to the consumer.\n"
    )
    print(table(_COST_HEADS, [_cost_row(side, of) for side, of in costs.items()]), end="\n\n")
    print(table(_SHARE_HEADS, [row for side in shares for row in _share_rows(side, shares[side])]))
    figures = {"turns": turns, "bytes": answer.size, "costs": costs, "shares": shares}
    return Result(figures, readings, [bar for side in shares for bar in _bars(side, shares[side])])


def _check(answer: Answer, turns: int, readings: dict[str, list[Reading]]) -> None:
    """Insist that every side has seen every frame and every character of every turn.

    Raises:
        AssertionError: one has not.
    """
    expected = (turns * answer.frames, turns * answer.characters)
    for side, rounds in readings.items():
        for reading in rounds:
            seen = (reading["frames"], reading["characters"])
            assert seen == expected, f"{side} saw {seen} frames and characters, not {expected}"


_OF: dict[str, tuple[str, Callable[[Reading], float]]] = {
    "cpu": (BRISK, lambda reading: reading["cpu_seconds"]),
    "paused_cpu": (PAUSED, lambda reading: reading["cpu_seconds"]),
    "p50": (PAUSED, lambda reading: reading["late"]["p50"]),
    "p99": (PAUSED, lambda reading: reading["late"]["p99"]),
}
"""What a side is judged by: from which of its readings, and how."""

Readings = dict[str, dict[str, list[Any]]]


def _costs(side: str, readings: Readings, turns: dict[str, int]) -> dict[str, Spread]:
    brisk = readings[BRISK][side]
    costs = {name: Spread.of(_values(name, side, readings)) for name in ("p50", "p99")}
    for name in ("cpu", "paused_cpu"):
        count = turns[_OF[name][0]]
        costs[name] = Spread.of(value / count for value in _values(name, side, readings))
    costs["turns_per_second"] = Spread.of(turns[BRISK] / of["wall_seconds"] for of in brisk)
    costs["peak_rss_bytes"] = Spread.of(of["peak_rss_bytes"] for of in brisk)
    return costs


def _shares(side: str, readings: Readings) -> dict[str, dict[str, Spread]]:
    others = [other for other in ("sdk", "typescript", _BARE_OF[side]) if other in readings[BRISK]]
    return {
        other: {
            name: Spread.ratio(_values(name, side, readings), _values(name, other, readings))
            for name in _OF
        }
        for other in others
    }


def _values(name: str, side: str, readings: Readings) -> list[float]:
    prompt, value = _OF[name]
    return [value(reading) for reading in readings[prompt][side]]


def _bars(side: str, shares: dict[str, dict[str, Spread]]) -> list[Bar]:
    def bar(bound: float, what: str, name: str) -> Bar:
        what = f"turn, {_SIDES[side]}, {what} of the Python SDK's"
        return Bar.at_most(bound, what, shares["sdk"][name])

    return [
        bar(1 / 5, "host CPU", "cpu"),
        bar(1 / 5, "host CPU with pauses", "paused_cpu"),
        bar(1 / 2, "p50 latency", "p50"),
    ]


def _cost_row(side: str, costs: dict[str, Spread]) -> Sequence[str]:
    micros = [costs[name] for name in ("cpu", "paused_cpu", "p50", "p99")]
    return (
        _SIDES[side],
        f"{costs['turns_per_second'].median:,.0f}",
        *(f"{spread.median * 1e6:,.0f}" for spread in micros),
        f"{costs['peak_rss_bytes'].median / _MIB:.0f}",
    )


def _share_rows(side: str, shares: dict[str, dict[str, Spread]]) -> list[Sequence[str]]:
    return [
        (_SIDES[side], _SIDES[other], *(of[name].show(".2f") for name in _OF))
        for other, of in shares.items()
    ]
