"""What a process was ordered and has not answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.values.errors import ControlLost, ControlTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.events import OrderAnswered
    from greenroom.runtime import Timer
    from greenroom.session.messages import Order
    from greenroom.values.errors import GreenroomError

__all__ = ["OrderOverdue", "Orders"]


class OrderOverdue(NamedTuple):
    """To a session: the CLI has not answered an order in time."""

    orders: Orders
    request_id: str


class _Given(NamedTuple):
    order: Order
    timer: Timer
    settle: Callable[[Order, Any, GreenroomError | None], object]


class Orders:
    """Orders by their request ids; each one is settled exactly once."""

    def __init__(self) -> None:
        self._given: dict[str, _Given] = {}

    def __len__(self) -> int:
        """How many have no answer yet."""
        return len(self._given)

    def give(
        self,
        request_id: str,
        order: Order,
        timer: Timer,
        settle: Callable[[Order, Any, GreenroomError | None], object],
    ) -> None:
        """Take note of an order; `settle(order, answer, error)` is called with what comes of it."""
        self._given[request_id] = _Given(order, timer, settle)

    def answered(self, event: OrderAnswered) -> None:
        """Settle the order that was answered."""
        self._settle(event.request_id, event.answer, event.error)

    def overdue(self, message: OrderOverdue) -> None:
        """Give one up that was not answered."""
        given = self._given.get(message.request_id)
        if given is not None:
            name, seconds = given.order.name, given.order.seconds
            why = (
                f"the CLI did not answer {name!r} within {seconds:g} s; Deadlines(control=…) sets "
                "this limit"
            )
            self._settle(message.request_id, None, ControlTimedOut(why, order=name))

    def fail(self, why: object) -> None:
        """Give all of them up: the process is gone."""
        for request_id, given in tuple(self._given.items()):
            name = given.order.name
            lost = f"the process ended before it answered {name!r}: {why}"
            self._settle(request_id, None, ControlLost(lost, order=name))

    def _settle(self, request_id: str, answer: Any, error: GreenroomError | None) -> None:
        given = self._given.pop(request_id, None)
        if given is not None:
            given.timer.cancel()
            given.settle(given.order, answer, error)
