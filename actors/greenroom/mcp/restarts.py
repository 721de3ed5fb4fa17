"""When a server that went down is started again, and when no more."""

from __future__ import annotations

import math
from collections import deque

import msgspec

__all__ = ["RestartBook", "Restarts"]


class Restarts(msgspec.Struct, frozen=True, kw_only=True):
    """How a server is restarted.

    The pause before a restart doubles with each failure, from `first_pause` to `longest_pause`, and
    is `first_pause` again after a call that was answered.

    Attributes:
        intensity: how many restarts there may be within `period`; one more failure, and it is given
            up. 0 never restarts.
        period: seconds.
        first_pause: seconds.
        longest_pause: seconds.

    Raises:
        ValueError: a number is negative, or no number.
    """

    intensity: int = 5
    period: float = 60.0
    first_pause: float = 0.5
    longest_pause: float = 30.0

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if not value >= 0 or math.isinf(value):
                raise ValueError(f"{name} must be 0 or more, not {value!r}")


class RestartBook:
    """The account of one server's failures."""

    def __init__(self, policy: Restarts) -> None:
        self._policy = policy
        self._when: deque[float] = deque()
        self._in_a_row = 0

    def failed(self, now: float) -> float | None:
        """Enter a failure; return the seconds to wait before the restart, None to give up."""
        policy = self._policy
        while self._when and self._when[0] <= now - policy.period:
            self._when.popleft()
        if len(self._when) >= policy.intensity:
            return None
        self._when.append(now)
        self._in_a_row += 1
        doublings = min(self._in_a_row - 1, 60)
        return float(min(policy.longest_pause, policy.first_pause * 2**doublings))

    def worked(self) -> None:
        """Enter that a call was answered."""
        self._in_a_row = 0

    def forget(self) -> None:
        """Begin anew, as somebody wishes it."""
        self._when.clear()
        self._in_a_row = 0
