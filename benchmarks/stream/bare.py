"""The bare limit: read the pipe, decode typed. No actors, no totality, no promises."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

from benchmarks.barest import decoding
from benchmarks.meter import Meter
from benchmarks.stream.tally import FLOOD, SMALL, Tally
from benchmarks.wire import open_lines, user_line
from greenroom_protocol.claude import Result, StreamEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure"]

_READ_BYTES = 64 * 1024


def measure(*, cli: str) -> dict[str, Any]:
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
    return Tally(frames, characters, meter).reading()


def _turn(fd: int) -> Iterator[Any]:
    batches = decoding()
    while True:
        frames = batches(os.read(fd, _READ_BYTES))
        yield from frames
        if frames and type(frames[-1]) is Result:
            return
