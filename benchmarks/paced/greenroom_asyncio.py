"""Greenroom, consumed by a task per session on one event loop."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from benchmarks.meter import Meter
from benchmarks.paced.tally import PACED, SMALL, Tally, reading
from greenroom.system import System
from greenroom_protocol.claude import StreamEvent

if TYPE_CHECKING:
    from greenroom.session import Session

__all__ = ["measure"]


def measure(*, cli: str, sessions: int) -> dict[str, Any]:
    """Read one wave."""
    return asyncio.run(_measure(cli, sessions))


async def _measure(cli: str, sessions: int) -> dict[str, Any]:
    with System(configuration={}) as system:
        async with AsyncExitStack() as stack:
            opened = [
                await stack.enter_async_context(
                    system.session(executable=cli, include_partial_messages=True)
                )
                for _ in range(sessions)
            ]
            await asyncio.gather(*[session.ask(SMALL) for session in opened])
            tally = Tally()
            with Meter() as meter:
                await asyncio.gather(*[_take(session, tally) for session in opened])
    return reading([tally], meter)


async def _take(session: Session, tally: Tally) -> None:
    turn = session.ask(PACED)
    async for frame in turn:
        if type(frame) is StreamEvent:
            tally.see(frame.event.delta.text)
    await turn
    tally.stop()
