"""Standard output of the simulated CLI: a queue that never blocks the process."""

from __future__ import annotations

import contextlib
import os
import stat
from collections import deque

__all__ = ["Output"]

ROOM = 1 << 20
"""Bytes waiting for the reader above which a scenario pauses: memory stays bounded."""


class Output:
    """Bytes on their way to the reader.

    A pipe is written without blocking, so that the CLI goes on reading its stdin while nobody reads
    its stdout. A reader that is gone is not noticed, as with the real CLI: bytes are dropped.
    """

    def __init__(self, fd: int, write_size: int | None = None) -> None:
        self.fd = fd
        self.closed = False
        self.pending = 0
        self._write_size = write_size
        self._chunks: deque[memoryview] = deque()
        self._sealed = False
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            self.closed = True
        else:
            if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
                os.set_blocking(fd, False)

    def write(self, data: bytes) -> None:
        """Queue bytes and write what the pipe takes now."""
        if self.closed or self._sealed or not data:
            return
        size = self._write_size or len(data)
        view = memoryview(data)
        self._chunks.extend(view[at : at + size] for at in range(0, len(data), size))
        self.pending += len(data)
        self.flush()

    def flush(self) -> None:
        """Write what the pipe takes now."""
        try:
            while self._chunks:
                chunk = self._chunks[0]
                written = os.write(self.fd, chunk)
                self.pending -= written
                if written < len(chunk):
                    self._chunks[0] = chunk[written:]
                else:
                    self._chunks.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._drop()

    def has_room(self) -> bool:
        """Whether a scenario may go on writing."""
        return self.pending < ROOM

    def is_flushed(self) -> bool:
        """Whether every byte is in the pipe."""
        return self.pending == 0

    def seal(self) -> None:
        """Take no more bytes; what is queued still leaves."""
        self._sealed = True

    def close(self) -> None:
        """Close the file descriptor; the process lives on."""
        self._drop()
        with contextlib.suppress(OSError):
            os.close(self.fd)

    def _drop(self) -> None:
        self.closed = True
        self.pending = 0
        self._chunks.clear()
