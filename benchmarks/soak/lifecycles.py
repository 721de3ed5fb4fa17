"""Ten thousand sessions, each from start to end, ending in four ways."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import proc
from benchmarks.soak.agent import GRANDCHILDREN
from benchmarks.soak.report import Report
from greenroom import Cancelled, Completed, Interrupted, System

if TYPE_CHECKING:
    from benchmarks.soak.setting import Setting
    from greenroom import Outcome, Session

__all__ = ["run"]

_WAYS = 16
_COUNT = 10_000
_ENDINGS = {"clean": Completed, "crash": Interrupted, "hang": Cancelled, "die": Interrupted}
"""Prompts of the light agent, and what the only right outcome is."""

_SAMPLES = 20
_WARM = 0.2
"""Share of the lives before memory is looked at: allocators have their arenas by then."""

_DRIFT_MIB = 8.0


class _Life(NamedTuple):
    """One life; no outcome is kept, or memory would grow by what is measured."""

    ending: str
    wrong: str
    seconds: float
    survivors: int


def run(setting: Setting) -> Report:
    """Live them, sixteen at a time."""
    count = setting.many(_COUNT, least=_SAMPLES)
    memory: list[float] = []
    lives: list[_Life] = []
    with System(configuration={}) as system, ThreadPoolExecutor(_WAYS) as pool:
        start = time.monotonic()
        for first in range(0, count, count // _SAMPLES):
            numbers = range(first, min(first + count // _SAMPLES, count))
            lives += pool.map(lambda number: _live(system, setting, number), numbers)
            memory.append(proc.usage_of(proc.ME).rss_mib)
        seconds = time.monotonic() - start
    return _report(lives, seconds, memory)


def _live(system: System, setting: Setting, number: int) -> _Life:
    ending = list(_ENDINGS)[number % len(_ENDINGS)]
    start = time.monotonic()
    session = system.session(**setting.options())
    texts, outcome = _ask(session, ending)
    session.stop()
    seconds = time.monotonic() - start
    wrong = "" if type(outcome) is _ENDINGS[ending] else f"{ending}: {outcome!r}"
    return _Life(ending, wrong, seconds, _survivors(texts) if ending == "die" else 0)


def _survivors(texts: list[str]) -> int:
    pids = texts[0].split() if texts else []
    missing = GRANDCHILDREN - len(pids)
    return missing + sum(proc.started_at(int(pid)) is not None for pid in pids)


def _ask(session: Session, ending: str) -> tuple[list[str], Outcome]:
    turn = session.ask(ending)
    if ending == "hang":
        texts = list(islice(turn.texts(), 1))  # leaving early interrupts the turn
        session.stop()
    else:
        texts = list(turn.texts())
    return texts, turn.outcome(timeout=30)


def _report(lives: list[_Life], seconds: float, memory: list[float]) -> Report:
    report = Report(f"{len(lives):,} session lifecycles, {_WAYS} at a time")
    report.figures |= {"seconds": seconds, "lifecycles/s": len(lives) / seconds}
    for ending in _ENDINGS:
        took = sorted(life.seconds for life in lives if life.ending == ending)
        report.figures[f"`{ending}`, median ms"] = 1000 * took[len(took) // 2]
        report.figures[f"`{ending}`, longest ms"] = 1000 * took[-1]
    false = Counter(life.wrong for life in lives if life.wrong)
    report.wrong += [f"{number} times {what}" for what, number in false.most_common(5)]
    report.expect("wrong outcomes", false.total())
    report.expect(
        "grandchildren alive when `stop()` had returned", sum(life.survivors for life in lives)
    )
    drift = memory[-1] - memory[round(len(memory) * _WARM)]
    report.expect("host RSS drift after the first fifth, MiB", round(drift, 2), _DRIFT_MIB)
    report.readings = {"wrong": dict(false), "rss_mib": memory}
    return report
