"""Greenroom: the framer and the total decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.decode.timing import time_kinds
from greenroom_protocol import LineFramer
from greenroom_protocol.claude import FrameDecoder

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

measure = time_kinds(lambda _kind: _reader())


def _reader() -> Callable[[bytes], int]:
    framer, decoder = LineFramer(), FrameDecoder()

    def read(chunk: bytes) -> int:
        return sum([len(decoder.decode_block(block)) for block in framer.feed(chunk)])

    return read
