"""Measures one section of this process: time, processor time, peak memory."""

from __future__ import annotations

import gc
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

__all__ = ["Meter"]

_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"  # proc(5), clear_refs: VmHWM starts again at what is resident now


class Meter:
    """A context manager around what is measured.

    Attributes:
        wall_seconds: elapsed time.
        cpu_seconds: user and system time of all threads of this process, not of children.
        thread_cpu_seconds: the share of the thread that entered the section.
        peak_rss_bytes: largest resident set within the section; where the kernel cannot tell
            that, of the process so far.
        grown_bytes: how much larger that is than the resident set at the start.
        children_cpu_seconds: user and system time of children that ended within the section and
            were waited for, and of theirs; no part of `reading`.
    """

    wall_seconds = cpu_seconds = thread_cpu_seconds = children_cpu_seconds = 0.0
    peak_rss_bytes = grown_bytes = 0

    def __enter__(self) -> Self:
        gc.collect()
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        self._rss = _resident("VmRSS")
        self._children = _cpu(resource.RUSAGE_CHILDREN)
        self._start = (_cpu(), time.thread_time(), time.perf_counter())
        return self

    def __exit__(self, *exc_info: object) -> None:
        wall, thread, cpu = time.perf_counter(), time.thread_time(), _cpu()
        cpu_before, thread_before, wall_before = self._start
        self.wall_seconds = wall - wall_before
        self.thread_cpu_seconds = thread - thread_before
        self.cpu_seconds = cpu - cpu_before
        self.children_cpu_seconds = _cpu(resource.RUSAGE_CHILDREN) - self._children
        self.peak_rss_bytes = _resident("VmHWM")
        self.grown_bytes = max(0, self.peak_rss_bytes - self._rss)

    def reading(self) -> dict[str, float]:
        """Return what was measured."""
        names = ("wall_seconds", "cpu_seconds", "thread_cpu_seconds", "peak_rss_bytes")
        return {name: getattr(self, name) for name in (*names, "grown_bytes")}


def _cpu(whose: int = resource.RUSAGE_SELF) -> float:
    usage = resource.getrusage(whose)
    return usage.ru_utime + usage.ru_stime


def _resident(field: str) -> int:
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
