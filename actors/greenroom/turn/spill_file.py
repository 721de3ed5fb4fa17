"""A ring of bytes in a temporary file that has no name."""

from __future__ import annotations

import errno
import os
from typing import Final, final

__all__ = ["SpillFile"]

_RING_FULL: Final = "the bytes to be written would overtake those not read yet"


@final
class SpillFile:
    """At most `capacity` bytes on disk, written and read at positions that only ever grow.

    The file is made with the first write, in the directory for temporary files; it is unlinked and
    private from its first moment, so nothing of it outlives the process, and its descriptor is
    closed with the last reference. Blocking, and stateless but for the descriptor: one thread may
    write while another reads elsewhere in the ring.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._fd: int | None = None

    def write(self, at: int, data: bytes) -> None:
        """Write `data` at position `at`, all of it.

        Raises:
            OSError: the disk does not take it.
        """
        if len(data) > self.capacity:
            raise OSError(errno.EFBIG, _RING_FULL)
        if self._fd is None:
            self._fd = _open()
        view = memoryview(data)
        while view:
            offset = at % self.capacity
            count = os.pwrite(self._fd, view[: self.capacity - offset], offset)
            at += count
            view = view[count:]

    def read(self, at: int, size: int) -> bytes:
        """Return the `size` bytes at position `at`.

        Raises:
            OSError: the disk does not give them.
        """
        assert self._fd is not None  # something was written
        parts: list[bytes] = []
        while size:
            offset = at % self.capacity
            part = os.pread(self._fd, min(size, self.capacity - offset), offset)
            if not part:
                raise OSError(errno.EIO, "the temporary file is shorter than it was")
            parts.append(part)
            at += len(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def __del__(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


def _open() -> int:
    import tempfile  # noqa: PLC0415 - it brings random, bz2 and lzma along

    with tempfile.TemporaryFile(buffering=0) as file:
        return os.dup(file.fileno())
