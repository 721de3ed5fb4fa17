"""Orders that wait for the next process."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from greenroom.session.messages import PostponedOverdue
from greenroom.values.errors import ControlTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime import Timer
    from greenroom.session.messages import Order

__all__ = ["MOST_POSTPONED", "Postponed"]

MOST_POSTPONED: Final = 1_000


class Postponed:
    """Orders in the order they were given, each with the clock that it would have had anyway.

    Args:
        after: sends a message to the session in so many seconds.
    """

    def __init__(self, after: Callable[[float, PostponedOverdue], Timer]) -> None:
        self._after = after
        self._numbers = count()
        self._waiting: dict[int, tuple[Order, Timer]] = {}

    @property
    def full(self) -> bool:
        """Whether no more may wait."""
        return len(self._waiting) >= MOST_POSTPONED

    def wait(self, order: Order) -> None:
        """Have an order wait behind all others."""
        number = next(self._numbers)
        self._waiting[number] = order, self._after(order.seconds, PostponedOverdue(number))

    def take_all(self) -> list[Order]:
        """Take out all."""
        waiting, self._waiting = self._waiting, {}
        for _, timer in waiting.values():
            timer.cancel()
        return [order for order, _ in waiting.values()]

    def overdue(self, message: PostponedOverdue) -> tuple[Order, ControlTimedOut] | None:
        """Take out one whose time is over, and what to tell about it."""
        order, _ = self._waiting.pop(message.number, (None, None))
        if order is None:
            return None
        why = f"no process was there to obey {order.name!r} within {order.seconds:g} s"
        return order, ControlTimedOut(why, order=order.name)
