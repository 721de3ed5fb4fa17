"""How long to wait before trying again what has failed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from random import Random

__all__ = ["Backoff"]


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Pauses that grow with every attempt: `first`, then `base`, `base * factor` and so on.

    Attributes:
        first: seconds before the first attempt.
        base: seconds before the second.
        factor: by how much each pause after that is longer; 1 keeps them equal.
        cap: seconds that no pause exceeds.
        jitter: which share of a pause may be left out at random, from 0 to 1, so that many who
            failed together do not come back together.
    """

    first: float = 0.0
    base: float = 0.1
    factor: float = 2.0
    cap: float = 30.0
    jitter: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what gives no pause.

        Raises:
            ValueError: a value is out of its range.
        """
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"Backoff.{name} is {value!r}; it goes from {low} to {high}")

    def delay(self, attempt: int, random: Random) -> float:
        """Return the seconds to wait before an attempt.

        Args:
            attempt: which one it is; the first is 1.
            random: where the jitter comes from.
        """
        return self._pause(attempt) * (1.0 - self.jitter * random.random())

    def _pause(self, attempt: int) -> float:
        if attempt <= 1:
            return min(self.first, self.cap)
        try:
            return min(self.base * self.factor ** (attempt - 2), self.cap)
        except OverflowError:
            return self.cap if self.base else 0.0


_LONGEST = 1e9  # seconds; some thirty years
_RANGES = (
    ("first", 0, _LONGEST),
    ("base", 0, _LONGEST),
    ("factor", 1, math.nextafter(math.inf, 0)),
    ("cap", 0, _LONGEST),
    ("jitter", 0, 1),
)
