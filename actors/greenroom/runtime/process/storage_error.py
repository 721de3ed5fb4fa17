"""Why something could not be written to disk."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from greenroom.runtime.process.errors import ProcessError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StorageError", "StorageFault"]


class StorageFault(StrEnum):
    """What stood in the way of writing."""

    FULL = "storage_full"
    QUOTA = "storage_quota"
    TOO_LARGE = "file_too_large"
    READ_ONLY = "storage_read_only"
    NOT_ALLOWED = "storage_not_allowed"
    MISSING = "storage_missing"
    FAILED = "storage_failed"


class StorageError(ProcessError):
    """A file or directory that a process needs could not be written; nothing of it is left.

    Attributes:
        fault: what stood in the way.
        path: what was to be written.
        errno: the system's own error number, if it gave one.
        retryable: whether the same may succeed later.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: StorageFault = StorageFault.FAILED,
        path: str = "",
        errno: int | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.path = path
        self.errno = errno

    @property
    def retryable(self) -> bool:
        """Whether the same may succeed later."""
        return self.fault in _RETRYABLE

    @classmethod
    def from_os_error(cls, error: OSError, path: Path) -> Self:
        """Return what `error`, raised by writing `path`, means."""
        fault = _FAULT.get(error.errno or 0, StorageFault.FAILED)
        cause = os.strerror(error.errno) if error.errno else str(error)
        return cls(
            f"cannot write {str(path)!r}: {cause}; {_HINT[fault]}",
            fault=fault,
            path=str(path),
            errno=error.errno,
        )


_RETRYABLE: Final = frozenset({StorageFault.FULL, StorageFault.QUOTA})

_FAULT: Final = {
    errno.ENOSPC: StorageFault.FULL,
    errno.EDQUOT: StorageFault.QUOTA,
    errno.EFBIG: StorageFault.TOO_LARGE,
    errno.EROFS: StorageFault.READ_ONLY,
    errno.EACCES: StorageFault.NOT_ALLOWED,
    errno.EPERM: StorageFault.NOT_ALLOWED,
    errno.ENOENT: StorageFault.MISSING,
    errno.ENOTDIR: StorageFault.MISSING,
}

_ELSEWHERE: Final = "or set TMPDIR to a directory that has room"

_HINT: Final = {
    StorageFault.FULL: f"free some space there, {_ELSEWHERE}, then try again",
    StorageFault.QUOTA: f"remove files of this user there, {_ELSEWHERE}, then try again",
    StorageFault.TOO_LARGE: "raise the limit on the size of files (`ulimit -f`) of this program",
    StorageFault.READ_ONLY: "set TMPDIR to a directory that can be written",
    StorageFault.NOT_ALLOWED: "set TMPDIR to a directory that this user may write",
    StorageFault.MISSING: "set TMPDIR to a directory that exists",
    StorageFault.FAILED: "look at the disk, or set TMPDIR to a directory elsewhere",
}
