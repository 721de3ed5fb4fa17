"""Runs all sides in turns, so that whatever else the machine does strikes all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import typescript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

__all__ = ["SideFailedError", "run_rounds", "run_side", "take_turns", "those_there"]

_ROOT = Path(__file__).parent.parent
_TIMEOUT_SECONDS = 900

Reading = dict[str, Any]


class SideFailedError(Exception):
    """A side did not do its job; the text tells which, which job, and what it wrote to stderr."""


def those_there(sides: Iterable[str], *, one_clock: bool = False) -> tuple[str, ...]:
    """Return the sides that this machine can run: without Node the TypeScript SDK is left out.

    With `one_clock` also where Node's clock is not that of Python: moments are compared.
    """
    there = typescript.is_there() and (typescript.has_our_clock() or not one_clock)
    return tuple(side for side in sides if side != typescript.SIDE or there)


def run_rounds(job: Reading, sides: tuple[str, ...], rounds: int) -> dict[str, list[Reading]]:
    """Run `job` on every side, `rounds` times, each time in a fresh process.

    Returns:
        The readings of each side in the order of the rounds. The side that begins changes from
        round to round.

    Raises:
        SideFailedError: one did not do it.
    """
    return take_turns(job["benchmark"], sides, rounds, partial(run_side, job))


def take_turns(
    name: str, sides: tuple[str, ...], rounds: int, run: Callable[[str], Reading]
) -> dict[str, list[Reading]]:
    """Do what `run_rounds` does, with `run(side)` for a reading of the benchmark `name`."""
    readings: dict[str, list[Reading]] = {side: [] for side in sides}
    for number in range(rounds):
        first = number % len(sides)
        for side in sides[first:] + sides[:first]:
            _show(f"{name} {number + 1}/{rounds} {side}")
            readings[side].append(run(side))
    _show("")
    return readings


def run_side(
    job: Reading,
    side: str,
    watch: Callable[[int], AbstractContextManager[object]] = nullcontext,
) -> Reading:
    """Run `job` on one side once, in a fresh process; `watch` gets its pid, and goes on meanwhile.

    Raises:
        SideFailedError: it ended with another code than 0, took too long or told nothing.
    """
    name = f"{job['benchmark']}, side {side}"
    try:
        done = _run(_command(job, side), watch)
        reading: Reading = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        told = f"{name} ended with code {error.returncode}:\n{error.stderr}"
        raise SideFailedError(told) from None
    except subprocess.TimeoutExpired as error:
        told = (error.stderr or b"").decode(errors="replace")
        raise SideFailedError(f"{name} took over {error.timeout} s:\n{told}") from None
    except ValueError:
        raise SideFailedError(f"{name} printed no JSON:\n{done.stdout}\n{done.stderr}") from None
    sys.stderr.write(done.stderr)
    return reading


def _run(
    command: tuple[str, ...], watch: Callable[[int], AbstractContextManager[object]]
) -> subprocess.CompletedProcess[str]:
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, cwd=_ROOT, text=True, stdout=pipe, stderr=pipe) as process,
        watch(process.pid),
    ):
        try:
            out, err = process.communicate(timeout=_TIMEOUT_SECONDS)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, out, err)
    return subprocess.CompletedProcess(command, 0, out, err)


def _command(job: Reading, side: str) -> tuple[str, ...]:
    if side == typescript.SIDE:
        given = {name: value for name, value in job.items() if name != "benchmark"}
        return typescript.command(job["benchmark"], json.dumps(given))
    return (sys.executable, "-m", "benchmarks.worker", json.dumps(job | {"side": side}))


def _show(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"{progress:<50}", end="\r", file=sys.stderr)
