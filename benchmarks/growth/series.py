"""What grows: the benchmarks that are run at 1x, 10x and 100x, and what counts as their cost."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fanout import agent
from benchmarks.marked import Marked
from benchmarks.paced import wave
from benchmarks.stream import flood
from benchmarks.turn import answer
from benchmarks.turn.tally import BRISK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from benchmarks.rounds import Reading

__all__ = ["SERIES", "Series", "Task"]

_PACED_SECONDS = 1.5
_IDLE_SECONDS = 1.0
_WIDTH = 32
_MIB = 1024 * 1024


class Task(NamedTuple):
    """One benchmark at one size.

    Attributes:
        job: what its sides are given.
        seen: what every reading must say, for all the work was done.
    """

    job: Reading
    seen: Reading


class Series(NamedTuple):
    """One benchmark at several sizes.

    Attributes:
        unit: what there is more and more of.
        first: how much of it at 1x.
        task: prepares it in a directory, for a size, and holds what it needs meanwhile.
        cost: what grows, in words.
        cost_of: takes it from a reading.
    """

    unit: str
    first: int
    task: Callable[[Path, int], AbstractContextManager[Task]]
    cost: str
    cost_of: Callable[[Reading], float]


@contextmanager
def _stream(directory: Path, frames: int) -> Iterator[Task]:
    made = flood.install(directory, frames)
    seen = {"frames": made.frames, "characters": made.characters}
    yield Task({"benchmark": "stream", "cli": made.cli}, seen)


@contextmanager
def _paced(directory: Path, sessions: int) -> Iterator[Task]:
    with wave.feeding(directory, sessions=sessions, seconds=_PACED_SECONDS) as made:
        seen = {"frames": made.frames, "characters": made.characters}
        yield Task({"benchmark": "paced", "cli": made.cli, "sessions": sessions}, seen)


@contextmanager
def _turn(directory: Path, turns: int) -> Iterator[Task]:
    made = answer.install(directory)
    seen = {"frames": turns * made.frames, "characters": turns * made.characters}
    yield Task({"benchmark": "turn", "cli": made.cli, "prompt": BRISK, "turns": turns}, seen)


@contextmanager
def _fanout(directory: Path, count: int) -> Iterator[Task]:
    with _marked() as marked:
        job = {"benchmark": "fanout", "cli": agent.install(directory), "count": count}
        more = {"width": min(count, _WIDTH), "environment": marked.environment}
        yield Task(job | more, {"answers": count, "errors": 0})


@contextmanager
def _idle(directory: Path, count: int) -> Iterator[Task]:
    with _marked() as marked:
        job = {"benchmark": "idle", "cli": agent.install(directory), "count": count}
        more = {"seconds": _IDLE_SECONDS, "environment": marked.environment}
        yield Task(job | more, {"alive": count})


@contextmanager
def _marked() -> Iterator[Marked]:
    marked = Marked(uuid.uuid4().hex)
    try:
        yield marked
    finally:
        marked.kill()


def _cpu(reading: Reading) -> float:
    """Return the processor time of the host, and of its helpers where they were looked at."""
    seconds: float = reading["cpu_seconds"] + reading.get("helper_cpu_seconds", 0)
    return seconds


def _memory(reading: Reading) -> float:
    grown: int = reading["open_rss_bytes"]
    return grown / _MIB


SERIES = {
    "stream": Series("frames", 2_000, _stream, "host CPU s", _cpu),
    "paced": Series("sessions", 2, _paced, "host CPU s", _cpu),
    "turn": Series("turns", 20, _turn, "host CPU s", _cpu),
    "fanout": Series("queries", 10, _fanout, "host CPU s", _cpu),
    "idle": Series("sessions", 10, _idle, "host MiB", _memory),
}
