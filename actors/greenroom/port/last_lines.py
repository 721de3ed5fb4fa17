"""The last lines of a process, for the report of its end."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LastLines"]

_LINES: Final = 20
_HEAD_BYTES: Final = 300
_LOOSE_BYTES: Final = 16 * 1024
_BLOCK_BYTES: Final = 64  # what a block takes beside its bytes


@final
class LastLines:
    """Heads of the last 20 lines, 300 bytes of each.

    Small blocks are kept whole until they come to 16 KiB, since hardly anybody ever asks; of larger
    ones, and then of these, only the heads stay referenced, 6 kB at most.
    """

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._size = 0

    def take(self, block: bytes) -> None:
        """Note the last lines of `block`."""
        self._blocks.append(block)
        self._size += _BLOCK_BYTES + len(block)
        if self._size > _LOOSE_BYTES:
            self._blocks = self._heads()
            self._size = 0

    def texts(self) -> tuple[str, ...]:
        """Return the heads as text, the oldest first."""
        return tuple(head.decode("utf-8", "replace") for head in self._heads())

    def _heads(self) -> list[bytes]:
        heads = islice(chain.from_iterable(map(_heads_of, reversed(self._blocks))), _LINES)
        return list(heads)[::-1]


def _heads_of(block: bytes) -> Iterator[bytes]:
    """Yield the heads of the lines that are not blank, the last one first."""
    end = len(block)
    while end >= 0:
        start = block.rfind(b"\n", 0, end) + 1
        head = block[start : min(end, start + _HEAD_BYTES)]
        if head and not head.isspace():
            yield head
        end = start - 1
