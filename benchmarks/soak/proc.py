"""What a process takes, from `/proc`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from greenroom.testing import ledger_processes as processes

__all__ = ["ME", "Usage", "helpers_of", "started_at", "usage_of"]

ME = os.getpid()
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1024 * 1024


class Usage(NamedTuple):
    """What one process takes at one moment.

    Attributes:
        cpu_seconds: processor time so far.
        rss_mib: resident memory.
        threads: how many it has.
        descriptors: how many it has open.
    """

    cpu_seconds: float
    rss_mib: float
    threads: int
    descriptors: int


def usage_of(pid: int) -> Usage:
    """Look at a process.

    Raises:
        FileNotFoundError: it is gone.
    """
    fields = _stat(pid)
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return Usage(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        rss_mib=pages * _PAGE / _MIB,
        threads=int(fields[17]),
        descriptors=len(os.listdir(f"/proc/{pid}/fd")),  # noqa: PTH208 - the names do not matter
    )


def started_at(pid: int) -> str | None:
    """Return when it started, in ticks since boot; None when it is gone or only to be reaped."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]


def helpers_of(host: int, agents: frozenset[int]) -> list[int]:
    """Return the children of a host that are no agents: its warden, where it has one."""
    return [pid for pid in processes.children_of(host) if pid not in agents]


def _stat(pid: int) -> list[str]:
    """Return the fields after the name: state first."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()
