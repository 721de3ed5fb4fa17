"""A turn that was sent: its prompt is in flight until its result lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.values.usage import NOTHING

if TYPE_CHECKING:
    from greenroom.runtime import Timer
    from greenroom.session.waiting import Waiting
    from greenroom.values.usage import Spend

__all__ = ["Flight"]


class Flight:
    """The prompt that was sent and whose result is awaited.

    Attributes:
        ticket: the query.
        request: its request actor.
        began: the CLI said that it works on its last prompt.
        begun: it said so of an earlier one.
        held: the CLI said that it works on a turn of its own first.
        heard: frames of it have come since.
        over: the turn has its outcome and was counted; the CLI may still work on it.
        escalation: the clock of an interrupt that was asked for.
        wire_id: the id of the last prompt that was sent for it.
        ids: of all prompts that were.
        tries: how many.
        spent: what those before the last cost.
        judged: its result is there, and is looked at: nothing can end it any more.
        insisted: an interrupt from before it began was said again, if there was one.
    """

    __slots__ = (
        "began",
        "begun",
        "escalation",
        "heard",
        "held",
        "ids",
        "insisted",
        "judged",
        "over",
        "request",
        "spent",
        "ticket",
        "tries",
        "wire_id",
    )

    def __init__(self, waiting: Waiting) -> None:
        self.ticket, self.request = waiting.ticket, waiting.request
        self.wire_id = waiting.wire_id
        self.ids = {self.ticket.turn_id, self.wire_id}
        self.tries = 1
        self.spent = NOTHING
        self.began = False
        self.begun = waiting.begun
        self.held = False
        self.heard = False
        self.insisted = False
        self.judged = False
        self.over = False
        self.escalation: Timer | None = None

    @property
    def turn_id(self) -> str:
        """The id of the turn."""
        return self.ticket.turn_id

    @property
    def touched(self) -> bool:
        """Whether tools may have run for it."""
        return self.began or self.begun

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for its result."""
        return not self.over and self.escalation is None

    def again(self, wire_id: str, spent: Spend) -> None:
        """The turn goes on with another prompt, after one that cost `spent`."""
        self.wire_id = wire_id
        self.ids.add(wire_id)
        self.tries += 1
        self.spent += spent
        self.begun = self.begun or self.began
        self.began = self.judged = False
