"""The least code that makes typed frames of bytes: what msgspec can do from one thread of Python.

No totality, no counting, no promises; nothing useful could do less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom_protocol.claude.frames import PlainFrame

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FRAME", "decoding"]


class _System(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="system"):
    """Any system frame, left as it is: telling them apart takes more than the least code."""

    subtype: str


FRAME = msgspec.json.Decoder(PlainFrame | _System)


def decoding(decoder: msgspec.json.Decoder[Any] = FRAME) -> Callable[[bytes], list[Any]]:
    """Return what takes the next chunk and returns the frames that it completes."""
    pieces: list[bytes] = []

    def decode(chunk: bytes) -> list[Any]:
        end = chunk.rfind(b"\n")
        if end < 0:
            pieces.append(chunk)
            return []
        pieces.append(chunk[:end])
        frames: list[Any] = decoder.decode_lines(b"".join(pieces))
        pieces[:] = [chunk[end + 1 :]]
        return frames

    return decode
