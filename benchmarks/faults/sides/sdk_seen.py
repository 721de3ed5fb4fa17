"""What came out of the official SDK while a query ran."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from claude_agent_sdk import AssistantMessage, ResultMessage, TextBlock

from benchmarks.faults.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

__all__ = ["Seen"]


class Seen:
    """Collects the messages of one query and tells how it ended."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._result: ResultMessage | None = None
        self._result_at: float | None = None

    def take(self, message: Any) -> None:
        """Look at a message."""
        if isinstance(message, AssistantMessage):
            texts = (block.text for block in message.content if isinstance(block, TextBlock))
            self._texts += texts
        elif isinstance(message, ResultMessage):
            self._result = message
            self._result_at = time.monotonic()

    async def ending(self, reading: Awaitable[None], seconds: float | None) -> Answer:
        """Await the end of the query, or give up after some seconds; tell what there was."""
        start = time.monotonic()
        try:
            await asyncio.wait_for(reading, seconds)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the caller gets
            answer = Answer.failed(error, self._texts)
        else:
            answer = self._peaceful()
        answer.seconds = time.monotonic() - start
        if self._result_at is not None:
            answer.extra["result_seconds"] = self._result_at - start
        return answer

    def _peaceful(self) -> Answer:
        if self._result is None:
            return Answer("nothing", "ends without error and without a result", self._texts)
        what = f"no exception, ResultMessage(is_error={self._result.is_error})"
        return Answer("success", what, self._texts)

    @staticmethod
    def together(answers: Sequence[Answer], seconds: float) -> Answer:
        """Return what became of many queries."""
        bad = [answer for answer in answers if answer.kind != "success"]
        answer = bad[0] if bad else Answer("success", "all ended without error")
        answer.seconds = seconds
        answer.extra = {"good": len(answers) - len(bad), "asked": len(answers)}
        return answer
