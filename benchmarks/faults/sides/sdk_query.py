"""The official SDK's `query()`: one prompt, one process."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from claude_agent_sdk import AssistantMessage, ClaudeAgentOptions, query

from benchmarks.faults.sides.sdk_seen import Seen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.faults.answer import Answer, Then

__all__ = ["ask", "ask_many", "ask_within", "stay_busy"]


def ask(cli: str, env: dict[str, str], then: Then, **options: Any) -> None:
    """Ask once."""
    asyncio.run(_tell(then, _see(cli, env, None, **options)))


def ask_within(cli: str, env: dict[str, str], then: Then, seconds: float) -> None:
    """Ask, and give up after some seconds."""
    asyncio.run(_tell(then, _see(cli, env, seconds)))


def ask_many(cli: str, env: dict[str, str], then: Then, count: int) -> None:
    """Ask many at once."""
    asyncio.run(_tell(then, _many(cli, env, count)))


def stay_busy(cli: str, env: dict[str, str], busy: Callable[[], None]) -> None:
    """Ask, call back at the first text, and wait for the rest."""

    async def run() -> None:
        async for message in query(prompt="hello", options=_options(cli, env)):
            if isinstance(message, AssistantMessage):
                busy()

    asyncio.run(run())


async def _tell(then: Then, answer: Awaitable[Answer]) -> None:
    await asyncio.to_thread(then, await answer)


async def _see(cli: str, env: dict[str, str], seconds: float | None, **options: Any) -> Answer:
    seen = Seen()

    async def read() -> None:
        async for message in query(prompt="hello", options=_options(cli, env, **options)):
            seen.take(message)

    return await seen.ending(read(), seconds)


async def _many(cli: str, env: dict[str, str], count: int) -> Answer:
    start = time.monotonic()
    return Seen.together(
        await asyncio.gather(*(_see(cli, env, None) for _ in range(count))),
        time.monotonic() - start,
    )


def _options(cli: str, env: dict[str, str], **options: Any) -> ClaudeAgentOptions:
    return ClaudeAgentOptions(cli_path=cli, env=env, **options)
