"""Greenroom, consumed by a thread."""

from __future__ import annotations

from typing import Any

from benchmarks.meter import Meter
from benchmarks.stream.tally import FLOOD, SMALL, Tally
from greenroom.system import System
from greenroom_protocol.claude import StreamEvent

__all__ = ["measure"]


def measure(*, cli: str) -> dict[str, Any]:
    """Read one flood."""
    with (
        System(configuration={}) as system,
        system.session(executable=cli, include_partial_messages=True) as session,
    ):
        session.ask(SMALL).result(timeout=60)
        frames = characters = 0
        with Meter() as meter:
            turn = session.ask(FLOOD)
            for frame in turn:
                if type(frame) is StreamEvent:
                    frames += 1
                    characters += len(frame.event.delta.text)
        turn.result(timeout=60)
    return Tally(frames, characters, meter).reading()
