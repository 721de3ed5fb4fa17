"""Time, injected: whoever waits asks a clock, so that a test can own the clock.

Seconds are monotonic floats. Only differences have a meaning; no clock here
knows the date.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod

__all__ = ["Clock", "MonotonicClock", "VirtualClock"]


class Clock(ABC):
    """A source of monotonic seconds. Safe to read from any thread."""

    @abstractmethod
    def now(self) -> float:
        """Return the present moment in seconds since an arbitrary origin."""


class MonotonicClock(Clock):
    """The machine's monotonic clock, the one asyncio's event loops go by."""

    def now(self) -> float:
        """Return `time.monotonic()`."""
        return time.monotonic()


class VirtualClock(Clock):
    """A clock that stands still until it is told to move; it never goes back.

    Args:
        start: what `now()` returns at first, in seconds.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the moment that was set last."""
        return self._now

    def advance_to(self, moment: float) -> None:
        """Move to `moment`; one that has passed already changes nothing."""
        self._now = max(self._now, moment)
