# ruff: noqa: PTH123, PTH208 - os is many times faster than pathlib, and this runs per test
"""Processes as the operating system shows them: ours, their descendants, those that carry a mark.

On Linux from ``/proc``; elsewhere from ``ps``, which is slower and does not see environments of
foreign users.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["all_pids", "carries_mark", "children_of", "descendants", "describe"]

_LINUX = sys.platform == "linux"


def all_pids() -> frozenset[int]:
    """Every process of the machine."""
    if _LINUX:
        return frozenset(int(name) for name in os.listdir("/proc") if name.isdigit())
    return frozenset(pid for pid, _ in _parents())


def descendants(pid: int) -> frozenset[int]:
    """Children, their children and so on; zombies included, orphans not."""
    found: set[int] = set()
    new = set(children_of(pid))
    while new:
        found |= new
        new = {child for parent in new for child in children_of(parent)} - found
    return frozenset(found)


def children_of(pid: int) -> list[int]:
    """The children of a process, zombies included; none when it is gone."""
    if not _LINUX:
        return [child for child, parent in _parents() if parent == pid]
    children: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                children += map(int, file.read().split())
    except FileNotFoundError:
        if os.path.exists(f"/proc/{pid}/task/{pid}/stat"):  # noqa: PTH110 - see above
            return [child for child, parent in _parents() if parent == pid]
    except (PermissionError, ProcessLookupError):
        pass
    return children


def carries_mark(pids: Iterable[int], marks: Collection[str]) -> Iterator[int]:
    """Those whose environment holds one of the ``NAME=value`` texts."""
    wanted = [mark.encode() for mark in marks]
    for pid in pids:
        variables = _environment(pid)
        if any(mark in variables for mark in wanted):
            yield pid


def describe(pid: int) -> str | None:
    """What a process is and does, for people; None when it is gone."""
    try:
        if _LINUX:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                command = file.read().replace("\0", " ").strip()
            return f"process {pid} ({rest.split()[0]}): {(command or name)[:160]}"
        line = _ps("-o", "stat=,command=", "-p", str(pid)).strip()
    except (OSError, IndexError):
        return None
    return f"process {pid} ({line[:160]})" if line else None


def _environment(pid: int) -> list[bytes]:
    if not _LINUX:
        return _ps("-Eww", "-o", "command=", "-p", str(pid)).encode().split(b" ")
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []


def _parents() -> list[tuple[int, int]]:
    """Every process with its parent."""
    if not _LINUX:
        rows = [line.split() for line in _ps("-ax", "-o", "pid=,ppid=").splitlines()]
        return [(int(pid), int(parent)) for pid, parent in rows]
    found = []
    for pid in all_pids():
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                found.append((pid, int(file.read().rpartition(b")")[2].split()[1])))
        except (OSError, IndexError):
            continue
    return found


def _ps(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - fixed program, arguments are option names and numbers
        ["/bin/ps", *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout
