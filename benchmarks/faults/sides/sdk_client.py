"""The official SDK's `ClaudeSDKClient`: a conversation whose process stays."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from claude_agent_sdk import AssistantMessage, ClaudeAgentOptions, ClaudeSDKClient

from benchmarks.faults.answer import Answer
from benchmarks.faults.sides.sdk_seen import Seen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.faults.answer import Then

__all__ = ["ask", "ask_many", "ask_within", "interrupt_unread", "stay_busy"]


def ask(cli: str, env: dict[str, str], then: Then, **options: Any) -> None:
    """Ask once, in a conversation of its own."""
    asyncio.run(_tell(then, _see(cli, env, None, **options)))


def ask_within(cli: str, env: dict[str, str], then: Then, seconds: float) -> None:
    """Ask, and give up after some seconds."""
    asyncio.run(_tell(then, _see(cli, env, seconds)))


def interrupt_unread(cli: str, env: dict[str, str], then: Then, wait: float) -> None:
    """Ask, read nothing for some seconds, and interrupt."""
    asyncio.run(_tell(then, _interrupt(cli, env, wait)))


def ask_many(cli: str, env: dict[str, str], then: Then, count: int) -> None:
    """Ask many at once."""
    asyncio.run(_tell(then, _many(cli, env, count)))


def stay_busy(cli: str, env: dict[str, str], busy: Callable[[], None]) -> None:
    """Ask, call back at the first text, and wait for the rest."""

    async def run() -> None:
        async with ClaudeSDKClient(_options(cli, env)) as client:
            await client.query("hello")
            async for message in client.receive_response():
                if isinstance(message, AssistantMessage):
                    busy()

    asyncio.run(run())


async def _tell(then: Then, answer: Awaitable[Answer]) -> None:
    await asyncio.to_thread(then, await answer)


async def _see(cli: str, env: dict[str, str], seconds: float | None, **options: Any) -> Answer:
    seen = Seen()

    async def read() -> None:
        async with ClaudeSDKClient(_options(cli, env, **options)) as client:
            await client.query("hello")
            async for message in client.receive_response():
                seen.take(message)

    return await seen.ending(read(), seconds)


async def _interrupt(cli: str, env: dict[str, str], wait: float) -> Answer:
    async with ClaudeSDKClient(_options(cli, env, include_partial_messages=True)) as client:
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


async def _many(cli: str, env: dict[str, str], count: int) -> Answer:
    start = time.monotonic()
    return Seen.together(
        await asyncio.gather(*(_see(cli, env, None) for _ in range(count))),
        time.monotonic() - start,
    )


def _options(cli: str, env: dict[str, str], **options: Any) -> ClaudeAgentOptions:
    return ClaudeAgentOptions(cli_path=cli, env=env, **options)
