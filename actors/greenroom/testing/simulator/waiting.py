"""Plays that only wait."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.testing.simulator.tasks import Play

__all__ = ["for_ever", "gate", "until_or_after"]

_GATE_POLL_SECONDS = 0.005


def for_ever() -> Play:
    """Wait until the play is cancelled."""
    while True:
        yield 3600.0


def gate(path: str) -> Play:
    """Wait until a file exists."""
    while not os.path.exists(path):  # noqa: PTH110 - pathlib costs start-up time
        yield _GATE_POLL_SECONDS


def until_or_after(condition: Callable[[], bool], seconds: float | None) -> Play:
    """Wait for the condition, at most this long."""
    if seconds is None:
        yield condition
        return
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        yield min(_GATE_POLL_SECONDS, max(0.0, deadline - time.monotonic()))
