"""The official Python SDK: one task for each `query()`, gathered."""

from __future__ import annotations

import asyncio
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ResultMessage, query

from benchmarks.fanout.tally import QUERY_SECONDS, WARM_UP, Tally

__all__ = ["measure"]


def measure(**job: Any) -> dict[str, Any]:
    """Ask all at once, `width` of them may run at a time; wait until the last process is gone."""
    return asyncio.run(_measure(**job)).reading()


async def _measure(*, cli: str, count: int, width: int, environment: dict[str, str]) -> Tally:
    options = ClaudeAgentOptions(cli_path=cli, env=environment)
    permits = asyncio.Semaphore(width)
    tally = Tally()

    async def ask(prompt: str) -> str | None:
        answer = None
        async for message in query(prompt=prompt, options=options):
            if isinstance(message, ResultMessage):
                answer = message.result
        return answer

    async def ask_in_turn(number: int) -> None:
        try:
            async with permits:
                tally.answer(await asyncio.wait_for(ask(f"question {number}"), QUERY_SECONDS))
        except Exception as error:  # noqa: BLE001 - whatever becomes of a query is to be shown
            tally.error(error)

    await ask(WARM_UP)
    with tally:
        await asyncio.gather(*map(ask_in_turn, range(count)))
    return tally
