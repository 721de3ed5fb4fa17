"""The bare limit of a coroutine: an event loop that watches the pipe, and typed decoding."""

from __future__ import annotations

import asyncio
import os
import subprocess
from typing import Any

from benchmarks.barest import decoding
from benchmarks.meter import Meter
from benchmarks.turn.tally import WARM_UP, Tally
from benchmarks.wire import open_lines, user_line
from greenroom_protocol.claude import ContentBlockDelta, Result, StreamEvent

__all__ = ["measure"]

_READ_BYTES = 64 * 1024


def measure(*, cli: str, prompt: str, turns: int) -> dict[str, Any]:
    """Take one turn after the other."""
    with subprocess.Popen([cli], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        reading = asyncio.run(_measure(process, prompt, turns))
        assert process.stdin is not None
        process.stdin.close()
    return reading


async def _measure(process: subprocess.Popen[bytes], prompt: str, turns: int) -> dict[str, Any]:
    client = _Client(process)
    for _ in range(WARM_UP):
        await client.take(prompt, Tally())
    tally = Tally()
    with Meter() as meter:
        for _ in range(turns):
            await client.take(prompt, tally)
    client.close()
    return tally.reading(meter)


class _Client:
    """Hands each batch of frames to the coroutine that awaits it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin.fileno(), process.stdout.fileno()
        os.write(self._stdin, open_lines())
        self._decode = decoding()
        self._frames: list[Any] = []
        self._loop = asyncio.get_running_loop()
        self._arrival = self._loop.create_future()
        self._loop.add_reader(self._stdout, self._read)

    def close(self) -> None:
        self._loop.remove_reader(self._stdout)

    def _read(self) -> None:
        self._frames += self._decode(os.read(self._stdout, _READ_BYTES))
        if self._frames and not self._arrival.done():
            self._arrival.set_result(None)

    async def take(self, prompt: str, tally: Tally) -> None:
        """Take one turn."""
        os.write(self._stdin, user_line(prompt))
        done = False
        while not done:
            await self._arrival
            self._arrival = self._loop.create_future()
            frames, self._frames = self._frames, []
            for frame in frames:
                if type(frame) is StreamEvent:
                    event = frame.event
                    tally.see(event.delta.text if type(event) is ContentBlockDelta else None)
                elif type(frame) is Result:
                    done = True
