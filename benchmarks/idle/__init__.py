"""Idle: a thousand open sessions, and nobody asks anything."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import proc
from benchmarks.fanout.agent import install
from benchmarks.marked import Marked
from benchmarks.result import Bar, Result
from benchmarks.rounds import SideFailedError, run_side, take_turns, those_there
from benchmarks.spread import Spread
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.rounds import Reading

__all__ = ["ROUNDS", "run"]

ROUNDS = 1

_SIDES = {
    "greenroom": "Greenroom",
    "sdk": "official Python SDK",
    "typescript": "official TypeScript SDK",
    "bare": "bare limit",
}
_COUNT, _SECONDS = 1_000, 60.0
_QUICK_COUNT, _QUICK_SECONDS = 50, 3.0

_MOST_SECONDS = 0.01
"""The tick in which systems count processor time: `ps` and `top` see nothing of less than that."""

_KIB, _MILLI = 1024, 1e3
_HEADS = (
    "side",
    "host CPU ms",
    "warden CPU ms",
    "host KiB/session",
    "warden KiB/session",
    "host threads",
    "descriptors/session",
)


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its table and return all figures."""
    if not proc.is_shown():
        print("Left out: it needs Linux's /proc.")
        return Result({}, {})
    count, seconds = (_QUICK_COUNT, _QUICK_SECONDS) if quick else (_COUNT, _SECONDS)
    once = partial(_once, install(directory), count, seconds)
    readings = take_turns("idle", those_there(_SIDES), rounds, once)
    failures = {side: of[0]["failed"] for side, of in readings.items() if "failed" in of[0]}
    figures = {side: _figures(of, count) for side, of in readings.items() if side not in failures}
    print(f"{count:,} open sessions for {seconds:.0f} s.\n")
    print(table(_HEADS, [_row(side, of) for side, of in figures.items()]))
    for side, said in failures.items():
        print(f"\n{_SIDES[side]} failed: {said.strip().splitlines()[-1]}")
    cpu = Spread.of(of["cpu_seconds"] + of["helper_cpu_seconds"] for of in readings["greenroom"])
    what = f"idle, {count:,} sessions for {seconds:.0f} s, CPU seconds of host and warden"
    found = {"count": count, "seconds": seconds, "sides": figures}
    return Result(found, readings, [Bar.at_most(_MOST_SECONDS, what, cpu, ".4f")])


def _once(cli: str, count: int, seconds: float, side: str) -> Reading:
    marked = Marked(uuid.uuid4().hex)
    job = {
        "benchmark": "idle",
        "cli": cli,
        "count": count,
        "seconds": seconds,
        "environment": marked.environment,
    }
    try:
        reading = run_side(job, side)
    except SideFailedError as error:
        if side == "greenroom":
            raise
        return {"failed": str(error)[-2_000:]}
    finally:
        marked.kill()
    assert reading["alive"] == count, f"{side} has {reading['alive']} agents, not {count}"
    return reading


def _figures(readings: list[Reading], count: int) -> dict[str, Spread]:
    def of(value: Callable[[Reading], float]) -> Spread:
        return Spread.of(map(value, readings))

    return {
        "cpu_seconds": of(lambda reading: reading["cpu_seconds"]),
        "helper_cpu_seconds": of(lambda reading: reading["helper_cpu_seconds"]),
        "host_kib": of(lambda reading: reading["open_rss_bytes"] / count / _KIB),
        "helper_kib": of(lambda reading: reading["helper_rss_bytes"] / count / _KIB),
        "threads": of(lambda reading: reading["threads"]),
        "descriptors": of(lambda reading: reading["descriptors"] / count),
    }


def _row(side: str, figures: dict[str, Spread]) -> Sequence[str]:
    return (
        _SIDES[side],
        (f"{figures['cpu_seconds'].median * _MILLI:.1f}"),
        (f"{figures['helper_cpu_seconds'].median * _MILLI:.1f}"),
        f"{figures['host_kib'].median:.1f}",
        f"{figures['helper_kib'].median:.1f}",
        f"{figures['threads'].median:.0f}",
        f"{figures['descriptors'].median:.1f}",
    )
