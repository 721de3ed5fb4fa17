"""Processes that belong to a private directory: they were given it as their TMPDIR.

What a process was started with can be read from outside (``/proc/<pid>/environ``; elsewhere `ps`),
by the same user alone. It tells whose a process is when nobody kept account of it: after the host
and its warden were killed together. One that was started with another environment is not found.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

__all__ = ["end_strays", "strays_of"]

_PS_SECONDS: Final = 5.0
_VARIABLE: Final = "TMPDIR"


def end_strays(directories: Collection[Path]) -> int:
    """Send SIGKILL to all processes that belong to `directories`; return how many there were."""
    ended = 0
    for pid in strays_of(directories):
        with suppress(OSError):  # it has just ended
            os.kill(pid, signal.SIGKILL)
            ended += 1
    return ended


def strays_of(directories: Collection[Path]) -> list[int]:
    """Return the processes that belong to `directories`. Reads what it can; never raises."""
    marks = {f"{_VARIABLE}={directory}" for directory in directories}
    if not marks:
        return []
    found = _by_proc(marks) if sys.platform == "linux" else _by_ps(marks)
    return [pid for pid in found if pid != os.getpid()]


def _by_proc(marks: Collection[str]) -> Iterator[int]:
    wanted = {os.fsencode(mark) for mark in marks}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):  # another user's, or it has just ended
                with open(f"{entry.path}/environ", "rb") as file:  # noqa: PTH123 - a thousand in a row
                    variables = file.read().split(b"\0")
                if not wanted.isdisjoint(variables):
                    yield int(entry.name)


def _by_ps(marks: Collection[str]) -> Iterator[int]:
    try:
        listing = subprocess.run(
            ("/bin/ps", "-x", "-E", "-ww", "-o", "pid=,command="),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PS_SECONDS,
            check=False,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return
    for line in listing.splitlines():
        pid, _, command = line.strip().partition(" ")
        if pid.isdigit() and any(f" {mark} " in f"{command} " for mark in marks):
            yield int(pid)
