"""Actors of Greenroom's runtime, all on one dispatcher."""

from __future__ import annotations

from typing import Any

from benchmarks.actors.messages import COUNT, TOTAL, Count, GoOn, Spend, Total
from benchmarks.actors.work import Cast, perform
from greenroom.runtime import Actor, LoopDispatcher, handles

__all__ = ["measure"]


class _Counter(Actor):
    """Counts."""

    mailbox_bound = None  # as a plain pykka actor's

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    @handles(Count)
    def _on_count(self, _message: Count) -> None:
        self._count += 1

    @handles(Total)
    def _on_total(self, _message: Total) -> int:
        return self._count


class _Teller(Actor):
    """Tells another actor many things, and asks it in the end."""

    @handles(Spend)
    def _on_spend(self, job: Spend) -> None:
        tell = job.other.tell
        for _ in range(job.count):
            tell(COUNT)
        total = job.other.ask(TOTAL, block=False)
        total.add_done_callback(lambda _error: job.done(total.get()))


class _Asker(Actor):
    """Asks another actor one question after the other; it waits for none, they come by message."""

    @handles(Spend)
    def _on_spend(self, job: Spend) -> None:
        self._job, self._left = job, job.count
        self._ask(COUNT)

    @handles(GoOn)
    def _on_answer(self, _message: GoOn) -> None:
        self._left -= 1
        if self._left > 0:
            self._ask(COUNT)
        elif self._left == 0:
            self._ask(TOTAL)
        else:
            self._job.done(self._answer.get())

    def _ask(self, message: Any) -> None:
        self._answer = self._job.other.ask(message, block=False)
        self._answer.add_done_callback(self._pass_on)

    def _pass_on(self, _error: BaseException | None) -> None:
        self.actor_ref.tell(GoOn())


def measure(*, part: str, count: int) -> dict[str, Any]:
    """Do one part of the work."""
    with LoopDispatcher() as dispatcher:

        def start(kind: type[Actor]) -> Any:
            return kind.start(dispatcher=dispatcher)

        return perform(part, count, Cast(start, _Counter, _Teller, _Asker))
