"""A call of an MCP server, as its caller holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from greenroom.runtime import Future

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from greenroom.runtime import Dispatcher

__all__ = ["McpCall", "Progress"]

T = TypeVar("T")


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a call is, in the server's own measure."""

    progress: float
    total: float | None = None
    message: str | None = None


class McpCall(Future[T]):
    """The answer of an MCP server: `get()` it, or await it. All methods from any thread.

    A task that is cancelled while it awaits a call cancels the call.

    Attributes:
        id: its number on the wire.
        progress: what the server said last of how far it is; None if nothing.
    """

    def __init__(
        self, dispatcher: Dispatcher, number: int, withdraw: Callable[[McpCall[Any]], object]
    ) -> None:
        super().__init__(dispatcher)
        self.id = number
        self.progress: Progress | None = None
        self._withdraw = withdraw

    def cancel(self) -> None:
        """Withdraw the call: it fails with `McpCancelled`, and the server is told.

        Without effect on one that is answered.
        """
        if not self.done:
            self._withdraw(self)

    def __await__(self) -> Generator[Any, None, T]:
        try:
            value: T = yield from super().__await__()
        except BaseException:
            self.cancel()  # nothing happens if what was raised is the answer
            raise
        return value
