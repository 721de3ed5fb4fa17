"""Bytes of a Claude process to batches of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.backends.claude.conversation import ClaudeConversation
from greenroom_protocol import Batch, Garbage, LineFramer, Oversize
from greenroom_protocol.claude import FrameDecoder

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ClaudeCodec"]


class ClaudeCodec:
    """Frames and decodes one stdout; decoding is total, so it never raises.

    Attributes:
        decoder: counts what it did not know in ``decoder.drift``.
    """

    def __init__(self) -> None:
        self.decoder = FrameDecoder()
        self._framer = LineFramer()

    @property
    def unfinished(self) -> int:
        """Bytes there are so far of the line that has no end yet."""
        return self._framer.unfinished

    def feed(self, data: bytes) -> Sequence[Batch]:
        """Return what the bytes completed."""
        return [self._batch(block) for block in self._framer.feed(data)]

    def is_plain(self, batch: Batch) -> bool:
        """Whether no frame of a batch means anything to a session: a mere piece of the stream."""
        return ClaudeConversation.significant.isdisjoint(map(type, batch.frames))

    def finish(self) -> tuple[Sequence[Batch], int]:
        """Return the last batches, and the size of an unfinished line.

        A last line without its newline counts when it is whole JSON; half a line is lost, and so
        is one that is too long, which is told as well.
        """
        rest = self._framer.finish()
        if not rest:
            return (), 0
        batch = self._batch(rest)
        if isinstance(rest, Oversize):
            return [batch], rest.size
        broken = any(isinstance(frame, Garbage) for frame in batch.frames)
        return ((), len(rest)) if broken else ([batch], 0)

    def _batch(self, block: bytes | Oversize) -> Batch:
        if isinstance(block, Oversize):
            return Batch(frames=[block], block=block.head)
        return Batch(frames=self.decoder.decode_block(block), block=block)
