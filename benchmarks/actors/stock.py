"""Plain pykka: a thread for each actor."""

from __future__ import annotations

from typing import Any

import pykka

from benchmarks.actors.messages import COUNT, TOTAL, Count, Spend
from benchmarks.actors.work import Cast, perform

__all__ = ["measure"]


class _Counter(pykka.ThreadingActor):
    """Counts."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def on_receive(self, message: Any) -> int | None:
        if type(message) is Count:
            self._count += 1
            return None
        return self._count


class _Teller(pykka.ThreadingActor):
    """Tells another actor many things, and asks it in the end."""

    def on_receive(self, message: Spend) -> None:
        tell = message.other.tell
        for _ in range(message.count):
            tell(COUNT)
        message.done(message.other.ask(TOTAL))


class _Asker(pykka.ThreadingActor):
    """Asks another actor one question after the other."""

    def on_receive(self, message: Spend) -> None:
        ask = message.other.ask
        for _ in range(message.count):
            ask(COUNT)
        message.done(ask(TOTAL))


def measure(*, part: str, count: int) -> dict[str, Any]:
    """Do one part of the work."""
    return perform(part, count, Cast(lambda kind: kind.start(), _Counter, _Teller, _Asker))
