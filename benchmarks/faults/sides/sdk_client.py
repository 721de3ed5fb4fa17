"""The official SDK's `ClaudeSDKClient`: a conversation whose process stays."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient

from benchmarks.faults.answer import Answer
from benchmarks.faults.sides.sdk_asker import Asker, options_of, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from benchmarks.faults.answer import Then

__all__ = ["ask", "ask_many", "ask_within", "interrupt_unread", "stay_busy"]


async def _messages(options: ClaudeAgentOptions) -> AsyncIterator[Any]:
    async with ClaudeSDKClient(options) as client:
        await client.query("hello")
        async for message in client.receive_response():
            yield message


_asker = Asker(_messages)
ask, ask_within = _asker.ask, _asker.ask_within
ask_many, stay_busy = _asker.ask_many, _asker.stay_busy


def interrupt_unread(cli: str, env: dict[str, str], then: Then, wait: float) -> None:
    """Ask, read nothing for some seconds, and interrupt."""
    asyncio.run(tell(then, _interrupt(cli, env, wait)))


async def _interrupt(cli: str, env: dict[str, str], wait: float) -> Answer:
    async with ClaudeSDKClient(options_of(cli, env, include_partial_messages=True)) as client:
        await client.query("hello")
        await asyncio.sleep(wait)
        start = time.monotonic()
        try:
            await client.interrupt()
        except Exception as error:  # noqa: BLE001 - it raises a bare Exception
            answer = Answer.failed(error, [])
        else:
            answer = Answer("nothing", "interrupt() returned", extra={"confirmed": True})
        answer.seconds = time.monotonic() - start
    return answer
