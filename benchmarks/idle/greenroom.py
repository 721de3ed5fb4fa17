"""Greenroom: warm sessions."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from benchmarks.idle.tally import OPENING_SECONDS, Tally
from greenroom import System

if TYPE_CHECKING:
    from greenroom import Session

__all__ = ["measure"]

_PACE_SECONDS = 0.01


def measure(*, cli: str, count: int, seconds: float, environment: dict[str, str]) -> dict[str, Any]:
    """Open them, let them rest, close them."""
    with System(configuration={}) as system:
        tally = Tally()
        sessions = [
            system.session(warm=True, executable=cli, env=environment) for _ in range(count)
        ]
        tally.enter(_wait_until_open(sessions))
        with tally:
            threading.Event().wait(seconds)
    return tally.reading()


def _wait_until_open(sessions: list[Session]) -> frozenset[int]:
    """Return the pids of the agents, once each has answered the handshake."""
    deadline = time.monotonic() + OPENING_SECONDS
    while not all(session.info.pid and session.info.phase == "idle" for session in sessions):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not all are open after {OPENING_SECONDS:.0f} s")
        time.sleep(_PACE_SECONDS)
    return frozenset(session.info.pid for session in sessions if session.info.pid)
