"""How many restarts there were lately, and whether that is too many."""

from __future__ import annotations

import math
from collections import deque

__all__ = ["RestartWindow"]


class RestartWindow:
    """OTP's restart intensity: more than `intensity` restarts within `period` are too many.

    Moments are float seconds of a monotonic clock, where OTP counts whole ones: a restart that is
    exactly `period` old still counts, one that is any older does not.

    Args:
        intensity: how many restarts may happen; with 0 the first one is too many.
        period: in how many seconds.

    Raises:
        ValueError: the intensity is no int from 0, or the period no finite number above 0.
    """

    __slots__ = ("_entries", "intensity", "period")

    def __init__(self, intensity: int, period: float) -> None:
        if type(intensity) is not int or intensity < 0:
            raise ValueError(f"the restart intensity is {intensity!r}; it is an int from 0")
        if type(period) not in {int, float} or not 0 < period < math.inf:
            raise ValueError(
                f"the restart period is {period!r}; it is a finite number of seconds above 0"
            )
        self.intensity = intensity
        self.period = period
        self._entries: deque[float] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def enter(self, now: float) -> bool:
        """Count a restart at `now`; return whether it is one too many."""
        entries = self._entries
        entries.append(now)
        oldest = now - self.period
        while entries[0] < oldest:
            entries.popleft()
        return len(entries) > self.intensity
