"""What the actors are told and asked, the same on every side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COUNT", "TOTAL", "Count", "GoOn", "Spend", "Total"]


class Count(msgspec.Struct):
    """One more."""


class Total(msgspec.Struct):
    """How many were there?"""


class Spend(msgspec.Struct):
    """Send `count` messages to `other`, then say how many it has seen.

    Attributes:
        count: how many.
        other: who gets them.
        done: is called with what `other` has seen.
    """

    count: int
    other: Any
    done: Callable[[int], object]


class GoOn(msgspec.Struct):
    """Send the next one."""


COUNT = Count()
TOTAL = Total()
