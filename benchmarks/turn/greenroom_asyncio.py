"""Greenroom, consumed by a coroutine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from benchmarks.meter import Meter
from benchmarks.turn.tally import WARM_UP, Tally
from greenroom.system import System
from greenroom_protocol.claude import ContentBlockDelta, StreamEvent

if TYPE_CHECKING:
    from greenroom.session import Session

__all__ = ["measure"]


def measure(*, cli: str, prompt: str, turns: int) -> dict[str, Any]:
    """Take one turn after the other."""
    return asyncio.run(_measure(cli, prompt, turns))


async def _measure(cli: str, prompt: str, turns: int) -> dict[str, Any]:
    with System(configuration={}) as system:
        async with system.session(executable=cli, include_partial_messages=True) as session:
            for _ in range(WARM_UP):
                await _take(session, prompt, Tally())
            tally = Tally()
            with Meter() as meter:
                for _ in range(turns):
                    await _take(session, prompt, tally)
    return tally.reading(meter)


async def _take(session: Session, prompt: str, tally: Tally) -> None:
    turn = session.ask(prompt)
    async for frame in turn:
        if type(frame) is StreamEvent:
            event = frame.event
            tally.see(event.delta.text if type(event) is ContentBlockDelta else None)
    await turn
