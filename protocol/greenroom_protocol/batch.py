"""A batch: what one read from a CLI decoded to, and the bytes it came from."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

__all__ = ["Batch", "split_lines"]


def split_lines(block: bytes) -> list[bytes]:
    r"""Return the lines of `block` that are not blank, cut at `b"\n"` only."""
    return [line for line in block.split(b"\n") if line and not line.isspace()]


class Batch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Frames in the order of their lines.

    `frames[i]` is what line number `i` of `block` decoded to, blank lines not counted. The lines
    are split on demand, so that a batch nobody looks into costs nothing.
    """

    frames: list[Any]
    block: bytes = b""

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.frames)

    def lines(self) -> list[bytes]:
        """Return the raw lines, one for each frame."""
        return split_lines(self.block)

    def raw(self, index: int) -> bytes:
        """Return the line of `frames[index]`; cheap enough for errors, not for every frame."""
        return self.lines()[index]

    def pairs(self) -> Iterable[tuple[Any, bytes]]:
        """Return each frame with its line."""
        return zip(self.frames, self.lines(), strict=True)
