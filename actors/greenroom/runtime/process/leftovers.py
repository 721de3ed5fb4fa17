"""The private directories that hosts which were killed have left behind."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final, final

from greenroom.runtime.process.owner import Owner

__all__ = ["Leftovers"]

_EVERY_SECONDS: Final = 600.0
_REST_SECONDS: Final = 10.0
_MAX_SEEN: Final = 20_000


@final
class Leftovers:
    """Finds them, now and then. Thread-safe.

    Found is only what carries the name of a process that certainly is gone, belongs to this very
    user, is a directory and no link, and has rested for a while: agents that were orphaned may
    still be ending.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[Path, float] = {}

    def found(self, place: Path) -> list[Path]:
        """Return those in `place`; none when it was looked at a short while ago."""
        now = time.monotonic()
        with self._lock:
            if now < self._next.get(place, now):
                return []
            self._next[place] = now + _EVERY_SECONDS
        with suppress(OSError), os.scandir(place) as entries:
            return [Path(entry.path) for entry in islice(entries, _MAX_SEEN) if _is_one(entry)]
        return []

    def look_again(self, place: Path) -> None:
        """Have the next `found` look, whenever that is."""
        with self._lock:
            self._next.pop(place, None)


def _is_one(entry: os.DirEntry[str]) -> bool:
    owner = Owner.of(entry.name)
    if owner is None or not owner.is_gone or not entry.is_dir(follow_symlinks=False):
        return False
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:  # somebody else removes it
        return False
    rested = time.time() - max(found.st_mtime, found.st_ctime)
    return found.st_uid == os.geteuid() and rested > _REST_SECONDS
