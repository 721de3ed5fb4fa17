"""The cancel storm: agents cancelled at any moment, from other threads, twice, while they stop."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks import proc
from benchmarks.soak.report import Report
from greenroom import System

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.soak.setting import Setting
    from greenroom import Session, Turn

__all__ = ["run"]

_COUNT = 500
_WAYS = 32
_IDLE_SECONDS = 3.0
_IDLE_CPU_PERCENT = 2.0
_LONGEST_SECONDS = 15.0
_LATEST = 0.08
"""Seconds after the question at which a cancel may strike; the agent has spoken by then."""


def run(setting: Setting) -> Report:
    """Cancel them, then see that the host is idle."""
    count = setting.many(_COUNT)
    seeds = random.Random(3).sample(range(10**9), count)  # noqa: S311 - the same at every run
    with System(configuration={}) as system, ThreadPoolExecutor(_WAYS) as pool:
        start = time.monotonic()
        ends = list(pool.map(lambda seed: _cancel_one(system, setting, seed), seeds))
        seconds = time.monotonic() - start
        idle = _idle_percent(max(0.5, _IDLE_SECONDS * min(1.0, setting.scale)))
    report = Report(f"{count} agents cancelled at random moments")
    report.figures["seconds"] = seconds
    outcomes = Counter(outcome for outcome, _ in ends)
    report.figures["outcomes"] = ", ".join(f"{name} {n}" for name, n in outcomes.most_common())
    report.figures["longest from cancel to outcome, ms"] = 1000 * max(took for _, took in ends)
    report.expect("outcomes other than Cancelled", count - outcomes["Cancelled"])
    report.expect("host CPU right after, %", round(idle, 2), _IDLE_CPU_PERCENT)
    return report


def _cancel_one(system: System, setting: Setting, seed: int) -> tuple[str, float]:
    """Return the outcome, and the seconds from the cancel to it."""
    chance = random.Random(seed)  # noqa: S311 - the same at every run
    session = system.session(**setting.options())
    turn = session.ask("hang")
    threading.Event().wait(chance.choice([0.0, chance.uniform(0.0, _LATEST)]))
    start = time.monotonic()
    chance.choice(_CANCELS)(session, turn)
    outcome = turn.outcome(timeout=_LONGEST_SECONDS)
    seconds = time.monotonic() - start
    session.stop()
    return type(outcome).__name__, seconds


def _once(_session: Session, turn: Turn) -> None:
    turn.interrupt()


def _twice(session: Session, turn: Turn) -> None:
    turn.interrupt()
    session.cancel(turn)


def _by_leaving(_session: Session, turn: Turn) -> None:
    for _ in turn:
        break


def _by_stopping(session: Session, _turn: Turn) -> None:
    session.stop()


def _from_two_threads(session: Session, turn: Turn) -> None:
    other = threading.Thread(target=session.stop)
    other.start()
    turn.interrupt()
    other.join()


_CANCELS: tuple[Callable[[Session, Turn], None], ...] = (
    _once,
    _twice,
    _by_leaving,
    _by_stopping,
    _from_two_threads,
)


def _idle_percent(seconds: float) -> float:
    before = proc.usage_of(proc.ME).cpu_seconds
    threading.Event().wait(seconds)
    return 100 * (proc.usage_of(proc.ME).cpu_seconds - before) / seconds
