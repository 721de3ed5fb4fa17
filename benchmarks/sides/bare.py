"""The bare limit: read the pipe, decode typed. No actors, no totality, no promises.

It is what the machine can do with msgspec from one thread of Python; nothing useful could do less.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.meter import Meter
from benchmarks.tally import FLOOD, SMALL, Tally
from benchmarks.wire import open_lines, user_line
from greenroom_protocol.claude import Result, StreamEvent, SystemInit
from greenroom_protocol.claude.frames import PlainFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["reader", "stream"]

_READ_BYTES = 64 * 1024


class _System(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="system"):
    """Any system frame, left as it is: telling them apart takes more than the least code."""

    subtype: str


_UNION = msgspec.json.Decoder(PlainFrame | _System)
_BY_KIND = {"system/init": msgspec.json.Decoder(SystemInit)}


def reader(kind: str) -> Callable[[bytes], int]:
    """Return what counts the messages in chunks."""
    batches = _decoding(_BY_KIND.get(kind, _UNION))
    return lambda chunk: len(batches(chunk))


def stream(cli: str) -> Tally:
    """Read one flood."""
    with subprocess.Popen([cli], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(open_lines() + user_line(SMALL))
        process.stdin.flush()
        frames = characters = 0
        for _ in _turn(process.stdout.fileno()):
            pass
        with Meter() as meter:
            process.stdin.write(user_line(FLOOD))
            process.stdin.flush()
            for frame in _turn(process.stdout.fileno()):
                if type(frame) is StreamEvent:
                    frames += 1
                    characters += len(frame.event.delta.text)
        process.stdin.close()
    return Tally(frames, characters, meter)


def _turn(fd: int) -> Iterator[Any]:
    batches = _decoding(_UNION)
    while True:
        frames = batches(os.read(fd, _READ_BYTES))
        yield from frames
        if frames and type(frames[-1]) is Result:
            return


def _decoding(decoder: msgspec.json.Decoder[Any]) -> Callable[[bytes], list[Any]]:
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
