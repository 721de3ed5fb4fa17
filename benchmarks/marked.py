"""Processes that carry a mark in their environment, whoever their parent is."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from greenroom.testing import ledger_processes as processes

__all__ = ["MARK", "Marked"]

MARK = "GREENROOM_BENCH_MARK"
_PAUSE_SECONDS = 0.01


class Marked:
    """The processes of one run: those that were started with `environment`, and theirs.

    Attributes:
        environment: what marks a process.
    """

    def __init__(self, value: str) -> None:
        self.environment = {MARK: value}
        self._text = f"{MARK}={value}"

    def pids(self) -> frozenset[int]:
        """Return those that live now, without this very process and without zombies."""
        others = processes.all_pids() - {os.getpid()}
        return frozenset(processes.carries_mark(others, [self._text]))

    def wait_until_gone(self, seconds: float) -> tuple[float | None, int]:
        """Wait for the last one to end.

        Returns:
            How many seconds that took and 0; or None and how many are left.
        """
        start = time.monotonic()
        while (left := len(self.pids())) and time.monotonic() - start < seconds:
            time.sleep(_PAUSE_SECONDS)
        return (None, left) if left else (time.monotonic() - start, 0)

    def kill(self) -> int:
        """Kill all there are, until there are none; return how many there were."""
        first = len(self.pids())
        while pids := self.pids():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_PAUSE_SECONDS)
        return first
