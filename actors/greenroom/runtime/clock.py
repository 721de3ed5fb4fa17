"""Time, injected: whoever waits asks a clock, so that a test can own the clock.

Seconds are monotonic floats. Only differences have a meaning; no clock here
knows the date.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "HostClock", "VirtualClock"]


class Clock(ABC):
    """A source of monotonic seconds. Safe to read from any thread."""

    @abstractmethod
    def now(self) -> float:
        """Return the present moment in seconds since an arbitrary origin."""


class HostClock(Clock):
    """Monotonic seconds in which the host ran; jumps of the wall clock do not touch it.

    Whoever notices that the host was paused adds to `paused_seconds`; see `Pacemaker`.

    Args:
        monotonic: the seconds that pass whether the host runs or not; by default those that
            asyncio's event loops go by.

    Attributes:
        paused_seconds: what was left out so far.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.paused_seconds = 0.0
        self._monotonic = monotonic

    def now(self) -> float:
        """Return the present moment in seconds since an arbitrary origin."""
        return self._monotonic() - self.paused_seconds


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
