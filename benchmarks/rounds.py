"""Runs all sides in turns, so that whatever else the machine does strikes all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["run_rounds"]

_ROOT = Path(__file__).parent.parent
_TIMEOUT_SECONDS = 600

Reading = dict[str, Any]


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
            readings[side].append(_run(job | {"side": side}))
    _show("")
    return readings


def _show(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"{progress:<50}", end="\r", file=sys.stderr)


def _run(job: Reading) -> Reading:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker", json.dumps(job)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        timeout=_TIMEOUT_SECONDS,
        check=True,
    )
    reading: Reading = json.loads(done.stdout)
    return reading
