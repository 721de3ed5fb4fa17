"""Five hundred live agents at once, idle: what they cost the host."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from benchmarks import proc
from benchmarks.soak.report import Report
from greenroom import System

if TYPE_CHECKING:
    from benchmarks.soak.setting import Setting
    from greenroom import Session

__all__ = ["run"]

_COUNT = 500
_WATCHED_SECONDS = 10.0
_START_SECONDS = 120.0
_CPU_PERCENT = 2.0
_WARDEN_MIB = 16.0


def run(setting: Setting) -> Report:
    """Start them, watch them, stop them."""
    count = setting.many(_COUNT)
    report = Report(f"{count} live agents at once, idle")
    before = proc.usage_of(proc.ME)
    with System(configuration={}) as system:
        start = time.monotonic()
        sessions = [system.session(warm=True, **setting.options()) for _ in range(count)]
        _wait_until_up(sessions)
        report.figures["seconds until all are up"] = time.monotonic() - start
        _watch(report, sessions, before, seconds=_WATCHED_SECONDS * min(1.0, setting.scale * 10))
        start = time.monotonic()
    report.figures["seconds until all are down"] = time.monotonic() - start
    return report


def _wait_until_up(sessions: list[Session]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    for session in sessions:
        while session.info.pid is None or session.info.phase != "idle":
            if session.info.last_error is not None:
                raise session.info.last_error
            if time.monotonic() > deadline:
                raise TimeoutError(f"not up after {_START_SECONDS:.0f} s: {session.info!r}")
            time.sleep(0.005)


def _watch(report: Report, sessions: list[Session], before: proc.Usage, *, seconds: float) -> None:
    agents = frozenset(session.info.pid for session in sessions if session.info.pid)
    helpers = proc.helpers_of(proc.ME, agents)
    first = {pid: proc.usage_of(pid) for pid in (proc.ME, *helpers)}
    threading.Event().wait(seconds)
    last = {pid: proc.usage_of(pid) for pid in (proc.ME, *helpers)}

    def percent(pid: int) -> float:
        return round(100 * (last[pid].cpu_seconds - first[pid].cpu_seconds) / seconds, 2)

    host = last[proc.ME]
    report.expect("host CPU, %", percent(proc.ME), _CPU_PERCENT)
    report.figures["host RSS, MiB more than before"] = round(host.rss_mib - before.rss_mib, 1)
    report.figures["host threads"] = host.threads
    per_agent = (host.descriptors - before.descriptors) / len(sessions)
    report.figures["host descriptors per agent"] = round(per_agent, 2)
    report.figures["helper processes (warden)"] = len(helpers)
    for pid in helpers:
        report.expect("warden RSS, MiB", round(last[pid].rss_mib, 1), _WARDEN_MIB)
        report.expect("warden CPU, %", percent(pid), _CPU_PERCENT)
        report.figures["warden descriptors"] = last[pid].descriptors
