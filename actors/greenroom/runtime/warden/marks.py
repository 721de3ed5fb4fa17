"""Marks that tell whose a process is, whatever became of its parent.

A mark has to be passed on by every process to its children, also by one that leaves its session,
forks twice and clears its environment. Resource limits are. The one for the processor time of
real-time processes (`RLIMIT_RTTIME`, in microseconds) is unlimited practically everywhere; each
agent gets a value of its own of some ten thousand years. Nothing feels it, nothing has reason to
change it, and the kernel shows it in ``/proc/<pid>/limits``.
"""

from __future__ import annotations

import os
import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NO_MARKS", "Marks"]

_RTTIME: Final = resource.RLIMIT_RTTIME
_LINE: Final = b"Max realtime timeout"

_SERIALS: Final = 1 << 22
"""Agents a warden tells apart at a time; more than there can be processes."""

_CEILING: Final = 1 << 62
_FLOOR: Final = 1 << 44
"""Half a year of processor time; a limit below that was set by somebody who means it."""

NO_MARKS: Final = 0


@final
class Marks:
    """The marks one warden gives.

    Args:
        first: the mark of serial number 0, as `choose` returned it; `NO_MARKS` for a system that
            does not allow to set any.
    """

    def __init__(self, first: int) -> None:
        self.first = first

    @classmethod
    def choose(cls) -> Marks:
        """Return marks that no other warden of this machine is likely to use."""
        soft, hard = resource.getrlimit(_RTTIME)
        ceiling = _CEILING if hard == resource.RLIM_INFINITY else min(hard, _CEILING)
        try:
            resource.setrlimit(_RTTIME, (soft, hard))
        except OSError:  # a sandbox forbids it
            return cls(NO_MARKS)
        if ceiling < _FLOOR:
            return cls(NO_MARKS)
        quarter = ceiling // 4
        spread = int.from_bytes(os.urandom(8), "little") % quarter
        return cls((quarter + spread) // _SERIALS * _SERIALS)

    @contextmanager
    def worn(self, serial: int) -> Iterator[None]:
        """Mark what is started meanwhile with the number of an agent.

        Raises:
            OSError: the system does not allow it.
        """
        if self.first == NO_MARKS:
            yield
            return
        soft, hard = resource.getrlimit(_RTTIME)
        resource.setrlimit(_RTTIME, (self.first + serial % _SERIALS, hard))
        try:
            yield
        finally:
            resource.setrlimit(_RTTIME, (soft, hard))

    def serial_of(self, pid: int) -> int | None:
        """Return the number `pid` is marked with; None for one that has ended or bears none."""
        mark = _read(pid)
        if mark is None or self.first == NO_MARKS or not 0 <= mark - self.first < _SERIALS:
            return None
        return mark - self.first


def _read(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/limits", "rb") as file:
            limits = file.read()
    except OSError:
        return None
    _, found, rest = limits.partition(_LINE)
    soft = rest.split(None, 1)[0] if found else b""
    return int(soft) if soft.isdigit() else None
