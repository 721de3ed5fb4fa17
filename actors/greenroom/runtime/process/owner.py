"""Who owns a directory, told by its name: so that what a killed host left behind can be found.

The name holds the process id of the owner, the moment at which that process started, and a digest
of the machine, its boot and its pid namespace. Somebody else's, of another container that shares
the directory, or of another machine that mounts it, is told from one that is gone.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from functools import cache, lru_cache
from typing import Final, NamedTuple, Self
from zlib import crc32

__all__ = ["PREFIX", "Owner"]

PREFIX: Final = "greenroom-"

# Of nine digits at most: anybody may make a directory, and no system has a process of more.
_NAME: Final = re.compile(rf"{PREFIX}(\d{{1,9}})\.(\d+)\.([0-9a-f]{{8}})-\w+")
_LINUX: Final = sys.platform == "linux"
_STATE_FIELD: Final = 0
_START_FIELD: Final = 19
"""Of /proc/PID/stat, counted from behind the command's name: ticks from boot to its start."""

_DEAD: Final = frozenset({b"Z", b"X"})
"""States of a process that runs no more, whether its parent has taken note or not."""


class Owner(NamedTuple):
    """A process, known by more than its number.

    Attributes:
        pid: its number.
        started: when it started, in the system's own count; 0 where that is not known.
        realm: where the number means this process: machine, boot and pid namespace.
    """

    pid: int
    started: int
    realm: str

    @classmethod
    def me(cls) -> Self:
        """Return this process."""
        return cls(*_identity(os.getpid()))

    @classmethod
    def of_process(cls, pid: int) -> Self:
        """Return a process that runs now and has the number `pid`."""
        return cls(pid, _started(pid) or 0, _realm())

    @classmethod
    def of(cls, name: str) -> Self | None:
        """Return whose directory is called so, or None for a name of another kind."""
        match = _NAME.fullmatch(name)
        return None if match is None else cls(int(match[1]), int(match[2]), match[3])

    @property
    def prefix(self) -> str:
        """How the names of its directories begin."""
        return f"{PREFIX}{self.pid}.{self.started}.{self.realm}-"

    @property
    def is_ours(self) -> bool:
        """Whether its number means the same process here as where it was written down."""
        return self.realm == _realm()

    @property
    def is_gone(self) -> bool:
        """Whether it certainly runs no more; False when nobody can tell from here."""
        if self.realm != _realm():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # it is somebody else's: the number is taken, by whom is not ours to see
            return False
        fields = _stat(self.pid)
        if fields is None:
            return False
        other = bool(self.started) and int(fields[_START_FIELD]) != self.started
        return other or fields[_STATE_FIELD] in _DEAD


def _started(pid: int) -> int | None:
    fields = _stat(pid)
    return None if fields is None else int(fields[_START_FIELD])


def _stat(pid: int) -> list[bytes] | None:
    """Return the fields of /proc/PID/stat behind the command's name, where there are any."""
    if not _LINUX:
        return None
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - three times as fast, per start
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return None


@lru_cache(maxsize=1)  # a fork asks anew
def _identity(pid: int) -> tuple[int, int, str]:
    return pid, _started(pid) or 0, _realm()


@cache
def _realm() -> str:
    seen = [socket.gethostname()]
    if _LINUX:
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123 - as above
                seen = [file.read(), os.readlink("/proc/self/ns/pid")]  # noqa: PTH115 - no path in there
        except OSError:  # nothing is certain without /proc
            seen = [os.urandom(8).hex()]
    return f"{crc32('-'.join(seen).encode()):08x}"
