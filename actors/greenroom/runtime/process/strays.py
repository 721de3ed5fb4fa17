"""Processes that belong to a private directory: they were given it as their TMPDIR.

What a process was started with can be read from outside (``/proc/<pid>/environ``; elsewhere `ps`),
by the same user alone. It tells whose a process is when nobody kept account of it: after the host
and its warden were killed together. One that was started with another environment is not found.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from greenroom.runtime.process.sure_kill import kill_if
from greenroom.runtime.warden.kinship import kinship_is_shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

__all__ = ["end_strays", "strays_of"]

_PS_SECONDS: Final = 5.0
_VARIABLE: Final = "TMPDIR"


def end_strays(directories: Collection[Path], *, but: int = 0) -> int:
    """Send SIGKILL to all that belong to `directories`; return how many there were.

    Args:
        directories: whose processes to end.
        but: one of them that is left alone.
    """
    marks = _marks_of(directories)
    return sum(kill_if(pid, partial(_bears, marks)) for pid in strays_of(directories) if pid != but)


def strays_of(directories: Collection[Path]) -> list[int]:
    """Return the processes that belong to `directories`. Reads what it can; never raises."""
    marks = _marks_of(directories)
    if not marks:
        return []
    found = _by_proc(marks) if sys.platform == "linux" else _by_ps(marks)
    return [pid for pid in found if pid != os.getpid()]


def _marks_of(directories: Collection[Path]) -> frozenset[bytes]:
    return frozenset(os.fsencode(f"{_VARIABLE}={directory}") for directory in directories)


def _by_proc(marks: frozenset[bytes]) -> Iterator[int]:
    if kinship_is_shown():  # else the numbers there are not those that signals go by
        for entry in os.scandir("/proc"):
            if entry.name.isdigit() and _bears(marks, int(entry.name)):
                yield int(entry.name)


def _bears(marks: frozenset[bytes], pid: int) -> bool:
    if sys.platform != "linux":
        return pid in _by_ps(marks)
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123 - a thousand in a row
            return not marks.isdisjoint(file.read().split(b"\0"))
    except OSError:  # another user's, or it has just ended
        return False


def _by_ps(marks: frozenset[bytes]) -> Iterator[int]:
    try:
        listing = subprocess.run(
            ("/bin/ps", "-x", "-E", "-ww", "-o", "pid=,command="),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PS_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return
    for line in listing.splitlines():
        pid, _, command = line.strip().partition(b" ")
        if pid.isdigit() and any(b" %b " % mark in b"%b " % command for mark in marks):
            yield int(pid)
