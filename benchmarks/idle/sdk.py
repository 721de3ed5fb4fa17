"""The official Python SDK: connected clients."""

from __future__ import annotations

import asyncio
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient

from benchmarks import proc
from benchmarks.idle.tally import Tally

__all__ = ["measure"]


def measure(**job: Any) -> dict[str, Any]:
    """Open them, let them rest, close them."""
    return asyncio.run(_measure(**job)).reading()


async def _measure(*, cli: str, count: int, seconds: float, environment: dict[str, str]) -> Tally:
    options = ClaudeAgentOptions(cli_path=cli, env=environment)
    tally = Tally()
    clients = [ClaudeSDKClient(options) for _ in range(count)]
    for client in clients:
        await client.connect()
    tally.enter(frozenset(proc.children_of(proc.ME)))
    with tally:
        await asyncio.sleep(seconds)
    for client in clients:
        await client.disconnect()
    return tally
