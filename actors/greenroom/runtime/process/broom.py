"""Finds and kills what an agent left behind, where no warden keeps account of it.

It works from outside, by the marks that processes carry: on Linux a resource limit (see
:mod:`greenroom.runtime.warden.marks`), elsewhere the name of the agent's private directory in their
environment, as ``ps`` shows it. A process that shed its mark is not found.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, final

from greenroom.runtime.process.strays import strays_of

if sys.platform == "linux":
    import resource

    from greenroom.runtime.warden.kinship import is_zombie, kinship_is_shown
    from greenroom.runtime.warden.marks import NO_MARKS, Marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["Broom", "Brooms", "choose_brooms", "kill_marked"]

_PATIENCE_SECONDS: Final = 1.0
_PACE_SECONDS: Final = 0.01


class Broom(Protocol):
    """Cleans up after one agent."""

    def sweep(self) -> int:
        """Kill what carries the agent's mark; return how many are left. Takes a second at most.

        Blocking, hence for a worker thread.
        """


class Brooms(Protocol):
    """Gives every agent its mark and its broom."""

    def broom_for(self, pid: int, spec: SpawnSpec) -> Broom:
        """Return the broom for the process that was just started as `spec`."""


def choose_brooms() -> Brooms | None:
    """Return what this system offers; None if that is nothing."""
    if sys.platform == "linux":
        marks = Marks.choose()
        return _ByLimit(marks) if marks.first != NO_MARKS and kinship_is_shown() else None
    else:  # noqa: RET505 - type checkers skip a branch of another platform, not what follows it
        return _ByEnvironment()


if sys.platform == "linux":

    @final
    class _ByLimit:
        def __init__(self, marks: Marks) -> None:
            self._marks = marks
            self._serials = count(1)

        def broom_for(self, pid: int, spec: SpawnSpec) -> Broom:
            del spec
            serial = next(self._serials)
            mark = self._marks.first + serial
            with suppress(OSError):  # it has ended already
                resource.prlimit(pid, resource.RLIMIT_RTTIME, (mark, mark))
            return _LimitBroom(self._marks, serial)

    @final
    class _LimitBroom:
        def __init__(self, marks: Marks, serial: int) -> None:
            self._marks = marks
            self._serial = serial

        def sweep(self) -> int:
            return kill_marked(self._marks, self._serial)

    def kill_marked(marks: Marks, serial: int | None = None) -> int:
        """Kill all that carry the mark of this agent, or any of `marks`; return how many are left.

        Looks and kills until nothing is found, for a second at most.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            left = sum(_kill(pid, marks, serial) for pid in _all_pids())
            if not left or time.monotonic() >= deadline:
                return left
            time.sleep(_PACE_SECONDS)

    def _kill(pid: int, marks: Marks, serial: int | None) -> bool:
        """Kill `pid` if it is marked so; return whether it was."""
        if not _carries(pid, marks, serial):
            return False
        with suppress(OSError):  # it has just ended, or is another user's
            fd = os.pidfd_open(pid)
            try:
                if _carries(pid, marks, serial):  # still, so the descriptor is of that process
                    signal.pidfd_send_signal(fd, signal.SIGKILL)
            finally:
                os.close(fd)
        return True

    def _carries(pid: int, marks: Marks, serial: int | None) -> bool:
        found = marks.serial_of(pid)
        return found is not None and serial in {None, found} and not is_zombie(pid)

    def _all_pids() -> Iterable[int]:
        return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]


@final
class _ByEnvironment:
    def broom_for(self, pid: int, spec: SpawnSpec) -> Broom:
        return _EnvironmentBroom(pid, spec.scratch)


@final
class _EnvironmentBroom:
    def __init__(self, leader: int, scratch: str | None) -> None:
        self._leader = leader
        self._directories = () if scratch is None else (Path(scratch),)

    def sweep(self) -> int:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            found = [pid for pid in strays_of(self._directories) if pid != self._leader]
            for pid in found:
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            if not found or time.monotonic() >= deadline:
                return len(found)
            time.sleep(_PACE_SECONDS)
