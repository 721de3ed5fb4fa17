"""The bare limit: a thread that writes a prompt, reads the pipe and decodes typed."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

from benchmarks.barest import decoding
from benchmarks.meter import Meter
from benchmarks.turn.tally import WARM_UP, Tally
from benchmarks.wire import open_lines, user_line
from greenroom_protocol.claude import ContentBlockDelta, Result, StreamEvent

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

_READ_BYTES = 64 * 1024


def measure(*, cli: str, prompt: str, turns: int) -> dict[str, Any]:
    """Take one turn after the other."""
    with subprocess.Popen([cli], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin.fileno(), process.stdout.fileno()
        os.write(stdin, open_lines())
        decode = decoding()

        def take(tally: Tally) -> None:
            os.write(stdin, user_line(prompt))
            while not _see(decode, os.read(stdout, _READ_BYTES), tally):
                pass

        for _ in range(WARM_UP):
            take(Tally())
        tally = Tally()
        with Meter() as meter:
            for _ in range(turns):
                take(tally)
        process.stdin.close()
    return tally.reading(meter)


def _see(decode: Callable[[bytes], list[Any]], chunk: bytes, tally: Tally) -> bool:
    """Return whether the turn ended."""
    done = False
    for frame in decode(chunk):
        if type(frame) is StreamEvent:
            event = frame.event
            tally.see(event.delta.text if type(event) is ContentBlockDelta else None)
        elif type(frame) is Result:
            done = True
    return done
