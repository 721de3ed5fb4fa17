"""The official Python SDK, `claude-agent-sdk`: its client with streaming input."""

from __future__ import annotations

import asyncio
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient
from claude_agent_sdk.types import StreamEvent

from benchmarks.meter import Meter
from benchmarks.turn.tally import WARM_UP, Tally

__all__ = ["measure"]


def measure(*, cli: str, prompt: str, turns: int) -> dict[str, Any]:
    """Take one turn after the other."""
    return asyncio.run(_measure(cli, prompt, turns))


async def _measure(cli: str, prompt: str, turns: int) -> dict[str, Any]:
    options = ClaudeAgentOptions(cli_path=cli, include_partial_messages=True)
    async with ClaudeSDKClient(options) as client:
        for _ in range(WARM_UP):
            await _take(client, prompt, Tally())
        tally = Tally()
        with Meter() as meter:
            for _ in range(turns):
                await _take(client, prompt, tally)
    return tally.reading(meter)


async def _take(client: ClaudeSDKClient, prompt: str, tally: Tally) -> None:
    await client.query(prompt)
    async for message in client.receive_response():
        if type(message) is StreamEvent:
            event = message.event
            delta = event["type"] == "content_block_delta"
            tally.see(event["delta"]["text"] if delta else None)
