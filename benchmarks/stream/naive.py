"""What one writes in an afternoon: read lines, `json.loads` each, untyped."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from benchmarks.meter import Meter
from benchmarks.stream.tally import FLOOD, SMALL, Tally
from benchmarks.wire import open_lines, user_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["measure"]


def measure(*, cli: str) -> dict[str, Any]:
    """Read one flood."""
    with subprocess.Popen([cli], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(open_lines() + user_line(SMALL))
        process.stdin.flush()
        frames = characters = 0
        for _ in _turn(process.stdout):
            pass
        with Meter() as meter:
            process.stdin.write(user_line(FLOOD))
            process.stdin.flush()
            for frame in _turn(process.stdout):
                if frame["type"] == "stream_event":
                    frames += 1
                    characters += len(frame["event"]["delta"]["text"])
        process.stdin.close()
    return Tally(frames, characters, meter).reading()


def _turn(lines: Iterable[bytes]) -> Iterator[Any]:
    for line in lines:
        frame = json.loads(line)
        yield frame
        if frame["type"] == "result":
            return
