"""The tail of a stream: what a process said last on its standard error."""

from __future__ import annotations

from typing import Final

from greenroom.runtime.process.plain_text import plain_text

__all__ = ["StderrRing"]

_CAPACITY_BYTES: Final = 64 * 1024
_UTF8_CONTINUATION: Final = bytes(range(0x80, 0xC0))


class StderrRing:
    """Keeps the last 64 KiB of what is fed, and counts what fell out.

    It holds at most twice its capacity, however much is fed. Feeding and reading may happen in
    different threads.
    """

    def __init__(self, capacity: int = _CAPACITY_BYTES) -> None:
        self._capacity = capacity
        self._kept = b""
        self._fed = 0

    def feed(self, data: bytes) -> None:
        """Append `data`."""
        self._fed += len(data)
        # Whole new bytes objects, never edited in place: a reader in another thread sees the tail
        # before or after this call.
        self._kept = (self._kept + data[-self._capacity :])[-self._capacity :]

    def tail(self) -> bytes:
        """Return the last bytes, as they came."""
        return self._kept

    @property
    def dropped_bytes(self) -> int:
        """How many bytes fell out of the ring."""
        return self._fed - len(self._kept)

    def text(self) -> str:
        """Return the tail as text that is safe to show; bad UTF-8 shows as U+FFFD."""
        tail = self._kept
        if self._fed > self._capacity:  # the cut may have split a character
            tail = tail[:3].lstrip(_UTF8_CONTINUATION) + tail[3:]
        return plain_text(tail.decode("utf-8", "replace"))
