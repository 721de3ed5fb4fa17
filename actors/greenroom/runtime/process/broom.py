"""Finds and kills what an agent left behind, where no warden keeps account of it.

It works from outside, by the marks that processes carry: on Linux a resource limit (see
:mod:`greenroom.runtime.warden.marks`), elsewhere the name of the agent's private directory in their
environment, as ``ps`` shows it. A process that shed its mark is not found.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, final

from greenroom.runtime.process.strays import end_strays
from greenroom.runtime.process.sure_kill import kill_if

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

    def sweep(self) -> int:
        """Clean up after all of them, as each broom does."""


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

        def sweep(self) -> int:
            return kill_marked(self._marks)

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
        is_meant = partial(_carries, marks, serial)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            left = sum(kill_if(pid, is_meant) for pid in _all_pids())
            if not left or time.monotonic() >= deadline:
                return left
            time.sleep(_PACE_SECONDS)

    def _carries(marks: Marks, serial: int | None, pid: int) -> bool:
        found = marks.serial_of(pid)
        return found is not None and serial in {None, found} and not is_zombie(pid)

    def _all_pids() -> Iterable[int]:
        return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]


@final
class _ByEnvironment:
    def __init__(self) -> None:
        self._directories: set[Path] = set()
        self._lock = threading.Lock()

    def broom_for(self, pid: int, spec: SpawnSpec) -> Broom:
        own = () if spec.scratch is None else (Path(spec.scratch),)
        with self._lock:
            self._directories = {*own, *(one for one in self._directories if one.exists())}
        return _EnvironmentBroom(pid, own)

    def sweep(self) -> int:
        return _sweep_strays(tuple(self._directories), 0)


@final
class _EnvironmentBroom:
    def __init__(self, leader: int, directories: tuple[Path, ...]) -> None:
        self._leader = leader
        self._directories = directories

    def sweep(self) -> int:
        return _sweep_strays(self._directories, self._leader)


def _sweep_strays(directories: tuple[Path, ...], leader: int) -> int:
    """End what belongs to `directories`, but for the leader, which waits to be reaped."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        left = end_strays(directories, but=leader)
        if not left or time.monotonic() >= deadline:
            return left
        time.sleep(_PACE_SECONDS)
