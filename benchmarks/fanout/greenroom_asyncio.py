"""Greenroom, asked from a coroutine on an event loop of its own."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.fanout.tally import WARM_UP, Tally
from greenroom import System, TurnError

__all__ = ["measure"]


def measure(**job: Any) -> dict[str, Any]:
    """Ask all at once, `width` of them may run at a time; wait until the last process is gone."""
    return asyncio.run(_measure(**job)).reading()


async def _measure(*, cli: str, count: int, width: int, environment: dict[str, str]) -> Tally:
    tally = Tally()
    async with System(configuration={}, max_parallel=width) as system:
        await system.ask(WARM_UP, executable=cli, env=environment)
        async with system.session(parallel=True, executable=cli, env=environment) as session:
            with tally:
                turns = [session.ask(f"question {number}") for number in range(count)]
                for turn in turns:
                    try:
                        tally.answer((await turn).text)
                    except TurnError as error:
                        tally.error(error)
                await session.astop()
    return tally
