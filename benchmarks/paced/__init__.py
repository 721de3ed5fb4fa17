"""Paced: many sessions stream at the pace of a model; what a frame costs, and how late it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.paced.wave import FRAMES_PER_SECOND, Wave, feeding
from benchmarks.result import Bar, Result
from benchmarks.rounds import run_rounds, those_there
from benchmarks.spread import Spread
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.rounds import Reading

__all__ = ["ROUNDS", "run"]

ROUNDS = 3

_SIDES = {
    "greenroom": "Greenroom, `for` in threads",
    "greenroom_asyncio": "Greenroom, `async for` in tasks",
    "sdk": "official Python SDK",
    "typescript": "official TypeScript SDK",
    "bare": "bare limit",
}
_OURS = ("greenroom", "greenroom_asyncio")
_OTHERS = ("sdk", "typescript", "bare")
_COST_HEADS = (
    "side",
    "frames/s",
    "CPU µs/frame",
    "CPU, % of a core",
    "late p50 ms",
    "late p99 ms",
    "written late p99 ms",
    "peak RSS MiB",
)
_SHARE_HEADS = ("side", "of", "host CPU")
_MIB = 1024 * 1024

_COSTS: dict[str, Callable[[Reading], float]] = {
    "frames_per_second": lambda of: of["frames"] / of["seconds"],
    "cpu_seconds_per_frame": lambda of: of["cpu_seconds"] / of["frames"],
    "cores": lambda of: of["cpu_seconds"] / of["wall_seconds"],
    "late_p50": lambda of: of["late"]["p50"],
    "late_p99": lambda of: of["late"]["p99"],
    "written_p99": lambda of: of["written"]["p99"],
    "peak_rss_bytes": lambda of: of["peak_rss_bytes"],
}


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its tables and return all figures."""
    sessions, seconds = (20, 1.0) if quick else (200, 5.0)
    with feeding(directory, sessions=sessions, seconds=seconds) as wave:
        job = {"benchmark": "paced", "cli": wave.cli, "sessions": sessions}
        readings = run_rounds(job, those_there(_SIDES, one_clock=True), rounds)
    _check(wave, readings)
    costs = {
        side: {name: Spread.of(map(cost, of)) for name, cost in _COSTS.items()}
        for side, of in readings.items()
    }
    shares = {side: _shares(side, readings) for side in _OURS}
    print(
        f"{sessions} sessions, {FRAMES_PER_SECOND} frames of {wave.size} bytes a second each, for "
        f"{seconds:g} s. Late: from when a frame was due until the consumer had it; of that, "
        "until it was in the pipe.\n"
    )
    print(table(_COST_HEADS, [_cost_row(side, of) for side, of in costs.items()]), end="\n\n")
    print(table(_SHARE_HEADS, _share_rows(shares), texts=2))
    figures = {"wave": wave._asdict(), "costs": costs, "shares": shares}
    return Result(figures, readings, [_bar(side, shares[side]["sdk"]) for side in _OURS])


def _check(wave: Wave, readings: dict[str, list[Reading]]) -> None:
    """Insist that every side has seen every frame and every character.

    Raises:
        AssertionError: one has not.
    """
    expected = (wave.frames, wave.characters)
    for side, rounds in readings.items():
        for reading in rounds:
            seen = (reading["frames"], reading["characters"])
            assert seen == expected, f"{side} saw {seen} frames and characters, not {expected}"


def _shares(side: str, readings: dict[str, list[Reading]]) -> dict[str, Spread]:
    def cpu(who: str) -> list[float]:
        return [reading["cpu_seconds"] for reading in readings[who]]

    return {other: Spread.ratio(cpu(side), cpu(other)) for other in _OTHERS if other in readings}


def _bar(side: str, share: Spread) -> Bar:
    return Bar.at_most(1 / 6, f"paced, {_SIDES[side]}, host CPU of the Python SDK's", share)


def _cost_row(side: str, costs: dict[str, Spread]) -> Sequence[str]:
    millis = [costs[name] for name in ("late_p50", "late_p99", "written_p99")]
    return (
        _SIDES[side],
        f"{costs['frames_per_second'].median:,.0f}",
        f"{costs['cpu_seconds_per_frame'].median * 1e6:.1f}",
        f"{costs['cores'].median:.0%}",
        *(f"{spread.median * 1e3:,.2f}" for spread in millis),
        f"{costs['peak_rss_bytes'].median / _MIB:.0f}",
    )


def _share_rows(shares: dict[str, dict[str, Spread]]) -> list[Sequence[str]]:
    return [
        (_SIDES[side], _SIDES[other], share.show(".2f"))
        for side, of in shares.items()
        for other, share in of.items()
    ]
