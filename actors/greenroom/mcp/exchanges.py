"""Requests that wait for their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenroom.mcp.call import McpCall
    from greenroom.runtime import Timer

__all__ = ["Exchange", "Exchanges"]


class Exchange:
    """One request.

    Attributes:
        number: its id on the wire.
        method: what is asked.
        line: the message.
        settle: is called once, with the result or the error.
        call: whose call it is, if it is one.
        sent: whether the server can have it.
        timer: ends its time, unless it has all the time there is.
    """

    __slots__ = ("call", "line", "method", "number", "sent", "settle", "timer")

    def __init__(
        self,
        number: int,
        method: str,
        line: bytes,
        settle: Callable[[Any, BaseException | None], object],
        call: McpCall[Any] | None = None,
    ) -> None:
        self.number = number
        self.method = method
        self.line = line
        self.settle = settle
        self.call = call
        self.sent = False
        self.timer: Timer | None = None


class Exchanges:
    """All that wait, by number, in the order they were asked."""

    def __init__(self) -> None:
        self._all: dict[int, Exchange] = {}

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, exchange: Exchange) -> None:
        """Take one in."""
        self._all[exchange.number] = exchange

    def find(self, number: Any) -> Exchange | None:
        """Return the one with this number, which may be anything a server sends."""
        return self._all.get(number) if type(number) is int else None

    def take(self, number: Any) -> Exchange | None:
        """Return the one with this number, once; its time has stopped."""
        exchange = self.find(number)
        if exchange is not None:
            del self._all[exchange.number]
            if exchange.timer is not None:
                exchange.timer.cancel()
        return exchange

    def take_all(self, *, sent_only: bool = False) -> Iterator[Exchange]:
        """Yield all, or all that were sent, each taken."""
        for exchange in tuple(self._all.values()):
            if exchange.sent or not sent_only:
                taken = self.take(exchange.number)
                assert taken is exchange
                yield exchange

    def unsent(self) -> tuple[Exchange, ...]:
        """Return those that still have to be sent."""
        return tuple(exchange for exchange in self._all.values() if not exchange.sent)
