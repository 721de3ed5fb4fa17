"""Greenroom, consumed by a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.meter import Meter
from benchmarks.turn.tally import WARM_UP, Tally
from greenroom.system import System
from greenroom_protocol.claude import ContentBlockDelta, StreamEvent

if TYPE_CHECKING:
    from greenroom.session import Session

__all__ = ["measure"]


def measure(*, cli: str, prompt: str, turns: int) -> dict[str, Any]:
    """Take one turn after the other."""
    with (
        System(configuration={}) as system,
        system.session(executable=cli, include_partial_messages=True) as session,
    ):
        for _ in range(WARM_UP):
            _take(session, prompt, Tally())
        tally = Tally()
        with Meter() as meter:
            for _ in range(turns):
                _take(session, prompt, tally)
    return tally.reading(meter)


def _take(session: Session, prompt: str, tally: Tally) -> None:
    turn = session.ask(prompt)
    for frame in turn:
        if type(frame) is StreamEvent:
            event = frame.event
            tally.see(event.delta.text if type(event) is ContentBlockDelta else None)
    turn.result(timeout=60)
