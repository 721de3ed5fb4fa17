"""Asks by the official SDK, whichever of its two ways gives the messages."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from claude_agent_sdk import AssistantMessage, ClaudeAgentOptions

from benchmarks.faults.sides.sdk_seen import Seen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from benchmarks.faults.answer import Answer, Then

__all__ = ["Asker", "options_of", "tell"]


class Asker:
    """The functions of a side.

    Args:
        messages: asks a question and yields what comes, until the answer is whole.
    """

    def __init__(self, messages: Callable[[ClaudeAgentOptions], AsyncIterator[Any]]) -> None:
        self._messages = messages

    def ask(self, cli: str, env: dict[str, str], then: Then, **options: Any) -> None:
        """Ask once."""
        asyncio.run(tell(then, self._see(cli, env, None, **options)))

    def ask_within(self, cli: str, env: dict[str, str], then: Then, seconds: float) -> None:
        """Ask, and give up after some seconds."""
        asyncio.run(tell(then, self._see(cli, env, seconds)))

    def ask_many(self, cli: str, env: dict[str, str], then: Then, count: int) -> None:
        """Ask many at once."""
        asyncio.run(tell(then, self._many(cli, env, count)))

    def stay_busy(self, cli: str, env: dict[str, str], busy: Callable[[], None]) -> None:
        """Ask, call back at the first text, and wait for the rest."""

        async def run() -> None:
            async for message in self._messages(options_of(cli, env)):
                if isinstance(message, AssistantMessage):
                    busy()

        asyncio.run(run())

    async def _see(
        self, cli: str, env: dict[str, str], seconds: float | None, **options: Any
    ) -> Answer:
        seen = Seen()

        async def read() -> None:
            async for message in self._messages(options_of(cli, env, **options)):
                seen.take(message)

        return await seen.ending(read(), seconds)

    async def _many(self, cli: str, env: dict[str, str], count: int) -> Answer:
        start = time.monotonic()
        return Seen.together(
            await asyncio.gather(*(self._see(cli, env, None) for _ in range(count))),
            time.monotonic() - start,
        )


async def tell(then: Then, answer: Awaitable[Answer]) -> None:
    """Tell the answer, which takes until the program is to end."""
    await asyncio.to_thread(then, await answer)


def options_of(cli: str, env: dict[str, str], **options: Any) -> ClaudeAgentOptions:
    """Return the SDK's options."""
    return ClaudeAgentOptions(cli_path=cli, env=env, **options)
