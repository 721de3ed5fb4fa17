"""The official Python SDK's shortest program."""

import asyncio
import sys

import cost
from claude_agent_sdk import ClaudeAgentOptions, ResultMessage, query


async def _ask() -> None:
    async for message in query(prompt="hello", options=ClaudeAgentOptions(cli_path=sys.argv[1])):
        if isinstance(message, ResultMessage):
            print(message.result, flush=True)
            cost.tell()


asyncio.run(_ask())
