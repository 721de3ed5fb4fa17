"""Runs all sides in turns, so that whatever else the machine does strikes all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import typescript

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["run_rounds", "run_side", "those_there"]

_ROOT = Path(__file__).parent.parent
_TIMEOUT_SECONDS = 900

Reading = dict[str, Any]


def those_there(sides: Iterable[str]) -> tuple[str, ...]:
    """Return the sides that this machine can run: without Node the TypeScript SDK is left out."""
    return tuple(side for side in sides if side != typescript.SIDE or typescript.is_there())


def run_rounds(job: Reading, sides: tuple[str, ...], rounds: int) -> dict[str, list[Reading]]:
    """Run `job` on every side, `rounds` times, each time in a fresh process.

    Returns:
        The readings of each side in the order of the rounds. The side that begins changes from
        round to round.

    Raises:
        subprocess.CalledProcessError: a side failed; its error was printed.
    """
    readings: dict[str, list[Reading]] = {side: [] for side in sides}
    for number in range(rounds):
        first = number % len(sides)
        for side in sides[first:] + sides[:first]:
            _show(f"{job['benchmark']} {number + 1}/{rounds} {side}")
            readings[side].append(run_side(job, side))
    _show("")
    return readings


def run_side(job: Reading, side: str) -> Reading:
    """Run `job` on one side once, in a fresh process.

    Raises:
        subprocess.CalledProcessError: it failed; its error was printed.
    """
    done = subprocess.run(
        _command(job, side),
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        timeout=_TIMEOUT_SECONDS,
        check=True,
    )
    reading: Reading = json.loads(done.stdout)
    return reading


def _command(job: Reading, side: str) -> tuple[str, ...]:
    if side == typescript.SIDE:
        given = {name: value for name, value in job.items() if name != "benchmark"}
        return typescript.command(job["benchmark"], json.dumps(given))
    return (sys.executable, "-m", "benchmarks.worker", json.dumps(job | {"side": side}))


def _show(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"{progress:<50}", end="\r", file=sys.stderr)
