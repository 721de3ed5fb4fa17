"""The official Python SDK, `claude-agent-sdk`: its client with streaming input."""

from __future__ import annotations

import asyncio
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient
from claude_agent_sdk.types import StreamEvent

from benchmarks.meter import Meter
from benchmarks.stream.tally import FLOOD, SMALL, Tally

__all__ = ["measure"]


def measure(*, cli: str) -> dict[str, Any]:
    """Read one flood."""
    return asyncio.run(_measure(cli)).reading()


async def _measure(cli: str) -> Tally:
    options = ClaudeAgentOptions(cli_path=cli, include_partial_messages=True)
    async with ClaudeSDKClient(options) as client:
        await client.query(SMALL)
        async for _ in client.receive_response():
            pass
        frames = characters = 0
        with Meter() as meter:
            await client.query(FLOOD)
            async for message in client.receive_response():
                if type(message) is StreamEvent:
                    frames += 1
                    characters += len(message.event["delta"]["text"])
    return Tally(frames, characters, meter)
