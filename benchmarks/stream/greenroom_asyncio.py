"""Greenroom, consumed by a coroutine on an asyncio loop of its own."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.meter import Meter
from benchmarks.stream.tally import FLOOD, SMALL, Tally
from greenroom.system import System
from greenroom_protocol.claude import StreamEvent

__all__ = ["measure"]


def measure(*, cli: str) -> dict[str, Any]:
    """Read one flood."""
    return asyncio.run(_measure(cli)).reading()


async def _measure(cli: str) -> Tally:
    with System(configuration={}) as system:
        async with system.session(executable=cli, include_partial_messages=True) as session:
            await session.ask(SMALL)
            frames = characters = 0
            with Meter() as meter:
                turn = session.ask(FLOOD)
                async for frame in turn:
                    if type(frame) is StreamEvent:
                        frames += 1
                        characters += len(frame.event.delta.text)
            await turn
    return Tally(frames, characters, meter)
