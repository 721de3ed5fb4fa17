"""The last lines of a process, for the report of its end."""

from __future__ import annotations

from collections import deque
from typing import Final, final

__all__ = ["LastLines"]

_LINES: Final = 20
_HEAD_BYTES: Final = 300


@final
class LastLines:
    """Heads of the last 20 lines, 300 bytes of each: 6 kB at most, however long the lines are.

    Taking a batch costs one backward search for each line that is kept, some microseconds, and
    nothing of the batch stays referenced.
    """

    def __init__(self) -> None:
        self._heads: deque[bytes] = deque(maxlen=_LINES)

    def take(self, block: bytes) -> None:
        """Note the last lines of `block`, which has no newline at its ends."""
        if len(block) <= _HEAD_BYTES and b"\n" not in block:
            if block and not block.isspace():
                self._heads.append(block)
            return
        heads: list[bytes] = []
        end = len(block)
        while end >= 0 and len(heads) < _LINES:
            start = block.rfind(b"\n", 0, end) + 1
            head = block[start : min(end, start + _HEAD_BYTES)]
            if head and not head.isspace():
                heads.append(head)
            end = start - 1
        self._heads.extend(reversed(heads))

    def texts(self) -> tuple[str, ...]:
        """Return the heads as text, the oldest first."""
        return tuple(head.decode("utf-8", "replace") for head in self._heads)
