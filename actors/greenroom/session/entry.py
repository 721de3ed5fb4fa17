"""A question of the CLI that is open, because a callback has to be run for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from greenroom.callbacks import Errand, Refusal

if TYPE_CHECKING:
    from greenroom.backends.events import Question
    from greenroom.callbacks import Caller, Run
    from greenroom.runtime import Timer
    from greenroom.session.desk import Desk
    from greenroom.session.flight import Flight

__all__ = ["Entry"]

_NOTHING_TO_RUN: Final = Errand(
    name="greenroom",
    call=lambda _call: None,
    then=lambda result: result,
    closed=lambda _failure: Refusal("greenroom has no answer"),
)
"""The errand of a question until one is run for it."""


@final
class Entry:
    """A question that is open: its callback runs.

    Attributes:
        desk: where it is answered.
        question: what the CLI asks.
        flight: the turn in which it asks; None between turns.
        caller: whose callback it is.
        errand: what is run for it now, or was last.
        run: the callback that runs; None once it is over.
        since: when it was started.
        limit: seconds it may take; None: as long as it takes.
        timer: its deadline.
        answered: the CLI has its answer already.
    """

    __slots__ = (
        "answered",
        "caller",
        "desk",
        "errand",
        "flight",
        "limit",
        "question",
        "run",
        "since",
        "timer",
    )

    def __init__(
        self, desk: Desk, question: Question, flight: Flight | None, caller: Caller
    ) -> None:
        self.desk = desk
        self.question = question
        self.flight = flight
        self.caller = caller
        self.answered = False
        self.run: Run | None = None
        self.timer: Timer | None = None
        self.since = 0.0
        self.limit: float | None = None
        self.errand = _NOTHING_TO_RUN

    def end(self) -> None:
        """Its callback has answered, or is not waited for any more."""
        self.run = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
