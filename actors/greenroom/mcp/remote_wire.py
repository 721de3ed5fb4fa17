"""A server behind an address: the `mcp` package speaks to it, on an event loop of its own thread.

Of the package only its transports are used; what is said over them is ours, as it is over stdio.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from greenroom.mcp.errors import McpPackageMissing
from greenroom.mcp.wire import WireEnd
from greenroom.runtime import DispatcherClosed
from greenroom.runtime.process import OutQueueFull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom.mcp.remote_loop import RemoteLoop
    from greenroom.mcp.wire import Severed, WireOwner
    from greenroom.runtime import Dispatcher
    from greenroom.runtime.process import StopLadder
    from greenroom_protocol import Garbage
    from greenroom_protocol.claude.options import HttpServer, SseServer
    from greenroom_protocol.jsonrpc import Message

__all__ = ["RemoteWire", "require_package"]

_MAX_WAITING_BYTES: Final = 8 * 1024 * 1024
_MESSAGE_BYTES: Final = 256
"""What a message weighs beside its bytes."""

_LAST_SECONDS: Final = 1.0
"""How long a thread may take to end when the dispatcher ends and nobody can wait for it."""


def require_package(name: str) -> None:
    """Raise McpPackageMissing unless the package `mcp` is there, in a version that will do."""
    if find_spec("mcp") is None or find_spec("mcp_types") is None:
        raise McpPackageMissing(
            f"the MCP server {name!r} is behind an address, which needs the package mcp, version 2 "
            "or newer: pip install 'greenroom[mcp]'",
            server=name,
        )


class RemoteWire:
    """One connection to an address, from the wish to open it to the end of its thread."""

    def __init__(
        self,
        owner: WireOwner,
        config: HttpServer | SseServer,
        *,
        name: str,
        dispatcher: Dispatcher,
        ladder: StopLadder,
    ) -> None:
        self._owner = owner
        self._config = config
        self._dispatcher = dispatcher
        self._ladder = ladder
        self._thread = threading.Thread(target=self._run, name=f"greenroom-mcp-{name}", daemon=True)
        self._lock = threading.Lock()
        self._loop: RemoteLoop | None = None
        self._waiting_bytes = 0
        self._closing = False
        self._gone = False
        self._end: str | None = None

    # --- what the owner says (on the dispatcher) ----------------------------------------------

    def open(self) -> None:
        """See `Wire`."""
        try:
            self._thread.start()
        except RuntimeError as error:  # the system has no room for a thread
            self._end = str(error)
            self._dispatcher.call_soon(self._joined, None, None)

    def send(self, line: bytes) -> None:
        """See `Wire`."""
        weight = len(line) + _MESSAGE_BYTES
        with self._lock:
            if self._waiting_bytes > _MAX_WAITING_BYTES:
                waiting = self._waiting_bytes
                raise OutQueueFull(f"{waiting} bytes wait", waiting_bytes=waiting)
            self._waiting_bytes += weight
        if self._loop is not None:
            self._loop.send(line, weight)

    def agree(self, version: str) -> None:
        """See `Wire`. The version stands in a header of each request from here on."""
        if self._loop is not None:
            self._loop.agree(version)

    def close(self) -> None:
        """See `Wire`: the server is told, for as long as the first rung of the ladder takes."""
        self._stop(self._ladder.eof_grace)

    def hasten(self, ladder: StopLadder) -> None:
        """See `Wire`."""
        self._ladder = self._ladder.at_most(ladder)
        if self._closing:
            self._stop(self._ladder.eof_grace)

    def abandon(self) -> None:
        """See `Wire`. The thread is waited for, but not for long."""
        self._gone = True
        self._stop(0.0)
        if self._thread.ident is not None:
            self._thread.join(_LAST_SECONDS)

    def evidence(self) -> str:
        """See `Wire`: the last answer of HTTP that was an error."""
        return "" if self._loop is None else self._loop.last_refusal

    def _stop(self, grace: float) -> None:
        with self._lock:
            self._closing = True
            loop = self._loop
        if loop is not None:
            loop.stop(grace)

    # --- the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._converse()
        except BaseException as error:  # noqa: BLE001 - told to the owner
            self._end = f"{type(error).__name__}: {error}"
        self._tell(self._ended)

    def _converse(self) -> None:
        # Imported on the thread: it takes as long as all of Greenroom.
        from greenroom.mcp.remote_loop import RemoteLoop  # noqa: PLC0415 - see above

        loop = RemoteLoop(self._config, self)
        with self._lock:
            if not self._closing:
                self._loop = loop
        if self._loop is None:
            loop.close()
            self._end = "it was stopped before it had started"
            return
        self._end = loop.run()

    def is_up(self) -> None:
        """Tell the owner; for the loop, on its thread."""
        self._tell(self._up)

    def deliver(self, messages: Sequence[Message | Garbage | Severed]) -> None:
        """Hand messages over; for the loop, on its thread."""
        self._tell(self._messages, messages)

    def sent(self, weight: int) -> None:
        """Take note of a message that is on its way; for the loop, on its thread."""
        with self._lock:
            self._waiting_bytes -= weight

    def _tell(self, call: Any, *args: Any) -> None:
        with suppress(DispatcherClosed):  # nobody is left to tell; `abandon` saw to the rest
            self._dispatcher.call_soon(call, *args)

    # --- what becomes of it (on the dispatcher) --------------------------------------------------

    def _up(self) -> None:
        if not self._gone and not self._closing:
            self._owner.on_wire_up(None)

    def _messages(self, messages: Sequence[Message | Garbage | Severed]) -> None:
        if not self._gone:
            self._owner.on_wire_messages(messages)

    def _ended(self) -> None:
        if self._gone:
            return
        # Its last call was this one; it is waited for, so that nothing of it is left.
        self._dispatcher.run_in_worker(self._thread.join, then=self._joined)

    def _joined(self, _result: None, _error: BaseException | None) -> None:
        if not self._gone:
            self._gone = True
            self._owner.on_wire_down(WireEnd(self._end or "it closed the connection"))
