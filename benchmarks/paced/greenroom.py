"""Greenroom, consumed by a thread per session."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from benchmarks.meter import Meter
from benchmarks.paced.tally import PACED, SMALL, Tally, reading
from greenroom.system import System
from greenroom_protocol.claude import StreamEvent

if TYPE_CHECKING:
    from greenroom.session import Session

__all__ = ["measure"]


def measure(*, cli: str, sessions: int) -> dict[str, Any]:
    """Read one wave."""
    with System(configuration={}) as system, ExitStack() as stack:
        opened = [
            stack.enter_context(system.session(executable=cli, include_partial_messages=True))
            for _ in range(sessions)
        ]
        for turn in [session.ask(SMALL) for session in opened]:
            turn.result(timeout=120)
        tallies = [Tally() for _ in opened]
        threads = [
            threading.Thread(target=_take, args=pair) for pair in zip(opened, tallies, strict=True)
        ]
        with Meter() as meter:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    return reading(tallies, meter)


def _take(session: Session, tally: Tally) -> None:
    turn = session.ask(PACED)
    for frame in turn:
        if type(frame) is StreamEvent:
            tally.see(frame.event.delta.text)
    turn.result(timeout=60)
    tally.stop()
