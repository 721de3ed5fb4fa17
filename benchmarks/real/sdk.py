"""The official Python SDK: `query()` under a semaphore."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ResultMessage, query

from benchmarks.meter import Meter

__all__ = ["measure"]


def measure(
    *, cli: str, env: dict[str, str], cwd: str, prompts: list[str], at_once: int
) -> dict[str, Any]:
    """Ask every prompt in a process of its own."""
    os.environ.clear()  # the SDK hands all of it down
    options = ClaudeAgentOptions(
        cli_path=cli,
        env=env | {"CLAUDE_CODE_MAX_RETRIES": "0"},
        cwd=cwd,
        tools=[],
        setting_sources=[],
        strict_mcp_config=True,
    )
    with Meter() as meter:
        answers = asyncio.run(_ask_all(prompts, at_once, options))
    return meter.reading() | {
        "answers": answers,
        "helper_cpu_seconds": 0.0,
        "agents_cpu_seconds": meter.children_cpu_seconds,
    }


async def _ask_all(prompts: list[str], at_once: int, options: ClaudeAgentOptions) -> list[str]:
    gate = asyncio.Semaphore(at_once)

    async def ask(prompt: str) -> str:
        async with gate:
            return await _ask(prompt, options)

    return await asyncio.gather(*map(ask, prompts))


async def _ask(prompt: str, options: ClaudeAgentOptions) -> str:
    answer = ""
    async for message in query(prompt=prompt, options=options):
        if isinstance(message, ResultMessage):
            answer = message.result or ""
    return answer
