"""The options of a session as they stand, with those that were ordered to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenroom.backends.base import Backend
    from greenroom.session.messages import Order

__all__ = ["Standing"]


class Standing:
    """Options, and changes that the CLI has not confirmed yet.

    A change counts from the moment it is ordered, because the CLI carries out what it reads in
    order; one that it refuses is undone, and those that were ordered after it stay. So it does not
    matter in which order the answers come.

    Attributes:
        options: what holds for the next turn, and for the next process.
    """

    def __init__(self, backend: Backend, options: Any) -> None:
        self.options = options
        self._backend = backend
        self._confirmed = options
        self._ordered: list[Order] = []
        self._obeyed: set[int] = set()

    def order(self, order: Order) -> None:
        """Take note of a change that is ordered.

        Raises:
            LocalProtocolError: an option is wrong, or cannot change while the process runs.
        """
        self.options = self._backend.changed(self.options, order.changes)
        self._ordered.append(order)

    def settle(self, order: Order, *, obeyed: bool) -> None:
        """The CLI has answered: the change is for good, or undone."""
        if obeyed:
            self._obeyed.add(id(order))
            self._confirm()
        else:
            self._ordered = [other for other in self._ordered if other is not order]
            self._confirm()
            options = self._confirmed
            for other in self._ordered:
                options = self._backend.changed(options, other.changes)
            self.options = options

    def _confirm(self) -> None:
        """Take for good what was obeyed and waits for no answer from before it."""
        while self._ordered and id(self._ordered[0]) in self._obeyed:
            order = self._ordered.pop(0)
            self._obeyed.remove(id(order))
            self._confirmed = self._backend.changed(self._confirmed, order.changes)
