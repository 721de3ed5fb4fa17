"""The warden is killed while fifty agents are busy, again and again: a new one takes its place."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks import proc
from benchmarks.soak.report import Report
from greenroom import System

if TYPE_CHECKING:
    from benchmarks.soak.setting import Setting
    from greenroom import Turn

__all__ = ["run"]

_AGENTS = 50
_ROUNDS = 5
_MOST_SECONDS = 3.0
_OUTCOME_SECONDS = 10.0


def run(setting: Setting) -> Report:
    """Kill it, and see what becomes of the turns and the processes."""
    agents, rounds = setting.many(_AGENTS), setting.many(_ROUNDS, least=1)
    report = Report(f"the warden killed under {agents} busy agents, {rounds} times")
    codes: Counter[str] = Counter()
    until_over, until_gone, left = [], [], 0
    with System(configuration={}) as system:
        for _ in range(rounds):
            turns = [system.session(**setting.options()).ask("work") for _ in range(agents)]
            readings = [iter(turn.texts()) for turn in turns]
            for reading in readings:  # kept: leaving one would interrupt its turn
                next(reading)
            start = time.monotonic()
            _kill_warden()
            codes.update(_code(turn) for turn in turns)
            until_over.append(time.monotonic() - start)
            gone, still = setting.marked.wait_until_gone(_MOST_SECONDS)
            until_gone.append(time.monotonic() - start if gone is not None else _MOST_SECONDS)
            left += still
    report.figures["outcomes"] = ", ".join(f"{name} {n}" for name, n in codes.most_common())
    report.expect("outcomes other than warden_lost", codes.total() - codes["warden_lost"])
    report.expect("seconds until every turn had its outcome", max(until_over), _MOST_SECONDS)
    report.expect("seconds until no agent was left", max(until_gone), _MOST_SECONDS)
    report.expect("processes left after that", left)
    return report


def _kill_warden() -> None:
    (warden,) = proc.helpers_of(proc.ME, frozenset())
    os.kill(warden, signal.SIGKILL)


def _code(turn: Turn) -> str:
    return turn.outcome(timeout=_OUTCOME_SECONDS).code
