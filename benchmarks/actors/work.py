"""What every side does, part by part, and what is measured of it.

Each part returns how many messages or lives there were in the end, as `seen`.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.actors.messages import COUNT, TOTAL, Spend
from benchmarks.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cast", "perform"]

_TELLERS = 4


class Cast(NamedTuple):
    """Who acts.

    Attributes:
        start: starts an actor of a kind.
        counter: the kind that counts what it is sent.
        teller: the kind that tells another actor.
        asker: the kind that asks another actor.
    """

    start: Callable[[Any], Any]
    counter: Any
    teller: Any
    asker: Any


def perform(part: str, count: int, cast: Cast) -> dict[str, Any]:
    """Do one part: so many messages, or so many lives."""
    return _PARTS[part](count, cast)


def _tell(count: int, cast: Cast) -> dict[str, Any]:
    """A thread tells an actor."""
    counter = cast.start(cast.counter)
    with Meter() as meter:
        _tell_many(counter.tell, count)
        seen = counter.ask(TOTAL)
    counter.stop()
    return meter.reading() | {"seen": seen}


def _tell_by_four(count: int, cast: Cast) -> dict[str, Any]:
    """Four threads tell an actor, each its share."""
    counter = cast.start(cast.counter)
    job = (counter.tell, count // _TELLERS)
    threads = [threading.Thread(target=_tell_many, args=job) for _ in range(_TELLERS)]
    with Meter() as meter:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen = counter.ask(TOTAL)
    counter.stop()
    return meter.reading() | {"seen": seen}


def _tell_many(tell: Callable[[Any], object], count: int) -> None:
    for _ in range(count):
        tell(COUNT)


def _ask(count: int, cast: Cast) -> dict[str, Any]:
    """A thread asks an actor, one question after the other; each has its latency."""
    counter = cast.start(cast.counter)
    ask, nanoseconds = counter.ask, []
    with Meter() as meter:
        for _ in range(count):
            start = perf_counter_ns()
            ask(COUNT)
            nanoseconds.append(perf_counter_ns() - start)
    seen = counter.ask(TOTAL)
    counter.stop()
    nanoseconds.sort()
    latencies = {
        f"p{percent}_seconds": nanoseconds[count * percent // 100] / 1e9 for percent in (50, 99)
    }
    return meter.reading() | latencies | {"seen": seen}


def _tell_between(count: int, cast: Cast) -> dict[str, Any]:
    """An actor tells another one."""
    return _between(count, cast, cast.teller)


def _ask_between(count: int, cast: Cast) -> dict[str, Any]:
    """An actor asks another one, one question after the other."""
    return _between(count, cast, cast.asker)


def _between(count: int, cast: Cast, kind: Any) -> dict[str, Any]:
    one, other = cast.start(kind), cast.start(cast.counter)
    results: SimpleQueue[int] = SimpleQueue()
    with Meter() as meter:
        one.tell(Spend(count, other, results.put))
        seen = results.get()
    one.stop()
    other.stop()
    return meter.reading() | {"seen": seen}


def _lives(count: int, cast: Cast) -> dict[str, Any]:
    """Actors are started, so many that they all live at once, and stopped."""
    cast.start(cast.counter).stop()
    with Meter() as starting:
        actors = [cast.start(cast.counter) for _ in range(count)]
    threads = threading.active_count()
    seen = sum(actor.is_alive() for actor in actors)
    with Meter() as stopping:
        ends = [actor.stop(block=False) for actor in actors]
        for end in ends:
            end.get()
    return {
        "seen": seen,
        "threads": threads,
        "grown_bytes": starting.grown_bytes,
        "start_seconds": starting.wall_seconds,
        "stop_seconds": stopping.wall_seconds,
        "wall_seconds": starting.wall_seconds + stopping.wall_seconds,
        "cpu_seconds": starting.cpu_seconds + stopping.cpu_seconds,
    }


_PARTS: dict[str, Callable[[int, Cast], dict[str, Any]]] = {
    "tell": _tell,
    "tell_by_four": _tell_by_four,
    "tell_between": _tell_between,
    "ask": _ask,
    "ask_between": _ask_between,
    "lives": _lives,
}
