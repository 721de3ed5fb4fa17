"""No actors: two threads and the standard library's fastest queue between them."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import Any

from benchmarks.actors.messages import Count
from benchmarks.actors.work import Cast, perform

__all__ = ["measure"]


class _Counter:
    """Counts, on a thread of its own; `None` ends it."""

    def __init__(self) -> None:
        self._messages: SimpleQueue[Any] = SimpleQueue()
        self.tell = self._messages.put
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def ask(self, message: Any) -> Any:
        answers: SimpleQueue[Any] = SimpleQueue()
        self._messages.put((message, answers))
        return answers.get()

    def stop(self) -> None:
        self._messages.put(None)
        self._thread.join()

    def _serve(self) -> None:
        count = 0
        while (message := self._messages.get()) is not None:
            if type(message) is Count:
                count += 1
            else:
                question, answers = message
                count += type(question) is Count
                answers.put(count)


def measure(*, part: str, count: int) -> dict[str, Any]:
    """Do one part of the work, of those that two threads can do."""
    return perform(part, count, Cast(lambda kind: kind(), _Counter, None, None))
