"""The bare limit: one loop over all pipes, typed decoding. No actors, no promises."""

from __future__ import annotations

import os
import selectors
import subprocess
from contextlib import ExitStack
from typing import IO, Any

from benchmarks.barest import decoding
from benchmarks.meter import Meter
from benchmarks.paced.tally import PACED, SMALL, Tally, reading
from benchmarks.wire import open_lines, user_line
from greenroom_protocol.claude import Result, StreamEvent

__all__ = ["measure"]

_READ_BYTES = 64 * 1024


def measure(*, cli: str, sessions: int) -> dict[str, Any]:
    """Read one wave."""
    tally = Tally()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        processes = [
            stack.enter_context(
                subprocess.Popen([cli], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            for _ in range(sessions)
        ]
        stdins = [_stdin(process) for process in processes]
        for process, stdin in zip(processes, stdins, strict=True):
            assert process.stdout is not None
            stdin.write(open_lines())
            selector.register(process.stdout.fileno(), selectors.EVENT_READ, decoding())
        _take_all(selector, stdins, SMALL, Tally())
        with Meter() as meter:
            _take_all(selector, stdins, PACED, tally)
        for stdin in stdins:
            stdin.close()
    return reading([tally], meter)


def _stdin(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _take_all(
    selector: selectors.BaseSelector, stdins: list[IO[bytes]], prompt: str, tally: Tally
) -> None:
    for stdin in stdins:
        stdin.write(user_line(prompt))
        stdin.flush()
    running = len(stdins)
    while running:
        for key, _ in selector.select():
            for frame in key.data(os.read(key.fd, _READ_BYTES)):
                if type(frame) is StreamEvent:
                    tally.see(frame.event.delta.text)
                elif type(frame) is Result:
                    running -= 1
    tally.stop()
