"""Telling whether a binary on disk is still the one that was started."""

from __future__ import annotations

import os
from typing import Self

import msgspec

__all__ = ["Fingerprint"]


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was at one moment. Links are followed at every look.

    Taken of the path that people use (``~/.local/bin/claude``), it also tells when that leads to
    another file than before; taken of the file behind it, only when that file is another.

    Attributes:
        path: of the file, or of a link to it.
        device: of its file system.
        inode: its number there.
        size: in bytes.
        modified: when its content changed last, in nanoseconds.
    """

    path: str
    device: int
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Self:
        """Return what the file is now. Blocking, as disks are.

        Raises:
            OSError: there is none, or it cannot be looked at.
        """
        found = os.stat(path)  # noqa: PTH116 - a plain string does
        return cls(
            path=os.fspath(path),
            device=found.st_dev,
            inode=found.st_ino,
            size=found.st_size,
            modified=found.st_mtime_ns,
        )

    def replaced(self) -> bool:
        """Whether another file, or none that can be looked at, is there now. Blocking."""
        try:
            return self.of(self.path) != self
        except OSError:
            return True
