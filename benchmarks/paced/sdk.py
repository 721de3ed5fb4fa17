"""The official Python SDK, `claude-agent-sdk`: a client and a task per session on one loop."""

from __future__ import annotations

import asyncio
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient
from claude_agent_sdk.types import StreamEvent

from benchmarks.meter import Meter
from benchmarks.paced.tally import PACED, SMALL, Tally, reading

__all__ = ["measure"]


def measure(*, cli: str, sessions: int) -> dict[str, Any]:
    """Read one wave."""
    return asyncio.run(_measure(cli, sessions))


async def _measure(cli: str, sessions: int) -> dict[str, Any]:
    options = ClaudeAgentOptions(cli_path=cli, include_partial_messages=True)
    tally, start = Tally(), asyncio.Event()
    ready, done = asyncio.Barrier(sessions + 1), asyncio.Barrier(sessions + 1)

    async def use() -> None:  # its task has to be the one that leaves the client again
        async with ClaudeSDKClient(options) as client:
            await _take(client, SMALL, Tally())
            await ready.wait()
            await start.wait()
            await _take(client, PACED, tally)
            await done.wait()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(sessions):
            tasks.create_task(use())
        await ready.wait()
        with Meter() as meter:
            start.set()
            await done.wait()
    return reading([tally], meter)


async def _take(client: ClaudeSDKClient, prompt: str, tally: Tally) -> None:
    await client.query(prompt)
    async for message in client.receive_response():
        if type(message) is StreamEvent:
            tally.see(message.event["delta"]["text"])
    tally.stop()
