"""What a process takes, from `/proc`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from greenroom.testing.ledger_processes import children_of

__all__ = [
    "ME",
    "Usage",
    "children_of",
    "cpu_seconds",
    "helpers_of",
    "is_shown",
    "started_at",
    "usage_of",
]

ME = os.getpid()
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1024 * 1024
_NANO = 1e-9


class Usage(NamedTuple):
    """What one process takes at one moment.

    Attributes:
        cpu_seconds: processor time so far, to a hundredth.
        rss_bytes: resident memory.
        threads: how many it has.
        descriptors: how many it has open.
    """

    cpu_seconds: float
    rss_bytes: int
    threads: int
    descriptors: int

    @property
    def rss_mib(self) -> float:
        """Resident memory."""
        return self.rss_bytes / _MIB


def is_shown() -> bool:
    """Whether this system has a `/proc` that tells all this."""
    return Path("/proc/self/schedstat").exists()


def usage_of(pid: int) -> Usage:
    """Look at a process.

    Raises:
        FileNotFoundError: it is gone.
    """
    fields = _stat(pid)
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return Usage(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        rss_bytes=pages * _PAGE,
        threads=int(fields[17]),
        descriptors=_descriptors(pid),
    )


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process so far, to the nanosecond; 0 when it is gone.

    Of one that keeps its threads: what those took that have ended is missing.
    """
    total = 0
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - the names are numbers
            schedule = Path(f"/proc/{pid}/task/{task}/schedstat").read_text(encoding="ascii")
            total += int(schedule.split()[0])
    return total * _NANO


def started_at(pid: int) -> str | None:
    """Return when it started, in ticks since boot; None when it is gone or only to be reaped."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]


def helpers_of(host: int, agents: frozenset[int]) -> list[int]:
    """Return the children of a host that are no agents: its warden, where it has one."""
    return [pid for pid in children_of(host) if pid not in agents]


def _descriptors(pid: int) -> int:
    directory = Path(f"/proc/{pid}/fd")
    # From Linux 6.2 on the size is their number; to count thousands takes milliseconds.
    return directory.stat().st_size or len(os.listdir(directory))  # noqa: PTH208 - as above


def _stat(pid: int) -> list[str]:
    """Return the fields after the name: state first."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()
