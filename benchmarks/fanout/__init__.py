"""Fan-out: very many one-shot queries asked at once, each with a process of its own.

All are submitted together; at most `_WIDTH` processes live at a time, on every side. In the *live*
part they all do, held back by the agent until the last one is there.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import proc
from benchmarks.fanout.agent import Held, install
from benchmarks.fanout.census import Census
from benchmarks.fanout.report import OURS, SIDES, Size, ratios, show
from benchmarks.marked import Marked
from benchmarks.result import Bar, Result
from benchmarks.rounds import SideFailedError, run_side, take_turns, those_there

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.rounds import Reading

__all__ = ["ROUNDS", "run"]

ROUNDS = 3

_WIDTH = 64
"""How many processes may live at a time: enough to keep any host busy."""

_SIZES = {100: ROUNDS, 1_000: ROUNDS, 5_000: 1}
"""How many queries there are, and in how many rounds at most."""

_LIVE = 1_000
_QUICK_SIZES = {20: 2, 100: 1}
_QUICK_LIVE = 50

_MOST_THREADS = 6
_MOST_KIB = 60
_LEAST_TIMES = 4
_KIB = 1024


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its tables and return all figures."""
    if not proc.is_shown():
        print("Left out: it needs Linux's /proc.")
        return Result({}, {})
    sides = those_there(SIDES)
    readings: dict[str, dict[str, list[Reading]]] = {}
    for count, most in (_QUICK_SIZES if quick else _SIZES).items():
        once = partial(_once, directory, count, min(count, _WIDTH), live=False)
        readings[f"{count}"] = take_turns(f"fanout {count}", sides, min(rounds, most), once)
    count = _QUICK_LIVE if quick else _LIVE
    once = partial(_once, directory, count, count, live=True)
    readings["live"] = take_turns(f"fanout {count} live", sides, 1, once)
    sizes = [Size(int(name), of) for name, of in readings.items() if name != "live"]
    live = Size(count, readings["live"])
    show(sizes, live, width=_WIDTH)
    figures = {
        "width": _WIDTH,
        "sizes": {size.count: size.figures() for size in sizes},
        "live": {"count": count} | live.live_figures(),
    }
    return Result(figures, readings, _bars(sizes, live))


def _once(directory: Path, count: int, width: int, side: str, *, live: bool) -> Reading:
    """Run one side; what it said when it failed as a whole stands in the reading."""
    marked = Marked(uuid.uuid4().hex)
    place = directory / f"{side}-{uuid.uuid4().hex}"
    place.mkdir()
    held = Held(place) if live else None
    job = {
        "benchmark": "fanout",
        "cli": install(place, held),
        "count": count,
        "width": width,
        "environment": marked.environment,
    }
    census: list[Census] = []

    def watch(host: int) -> Census:
        census.append(Census(host, held=held, count=count, marked=marked))
        return census[0]

    try:
        reading = run_side(job, side, watch)
    except SideFailedError as error:
        if side in OURS:
            raise
        return {"failed": str(error)[-2_000:]}
    finally:
        if held is not None:
            held.release()
        marked.kill()
    return reading | census[0].reading()


def _bars(sizes: list[Size], live: Size) -> list[Bar]:
    bars = []
    for size in sizes:
        for side in OURS:
            who = f"fan-out of {size.count:,}, {SIDES[side]}"
            bars.append(Bar.at_most(0, f"{who}, errors", size.spread(side, "errors"), ".0f"))
            times = ratios(size, side)
            if size.count == live.count and "sdk" in times:
                what = f"{who}, times the Python SDK's throughput"
                bars.append(Bar.at_least(_LEAST_TIMES, what, times["sdk"]))
    for side in OURS:
        who = f"{live.count:,} live at a time, {SIDES[side]}"
        threads = live.spread(side, "live_threads")
        bars.append(Bar.at_most(_MOST_THREADS, f"{who}, host threads", threads, ".0f"))
        memory = live.memory(side)
        bars.append(Bar.at_most(_MOST_KIB, f"{who}, KiB of host and warden", memory, ".0f"))
    return bars
