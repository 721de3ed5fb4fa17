"""One session of a server of the `mcp` package, on a thread of its own.

The package is loaded on that thread. Versions 1.23 to 2 are spoken to alike: over the in-memory
streams of the package, in its own messages.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["McpSession"]

_GRACE_SECONDS: Final = 2.0
"""How long a server may take to end by itself, its lifespan included, before it is cancelled."""


class McpSession:
    """A running server. `post` and `close` are safe from any thread and never wait.

    Args:
        name: of the server, for the thread and the log.
        server: a low-level server; it may run in several sessions at once.
        receive: takes each message of the server, on its thread; what it returns is sent back.
        ended: called once with the session, on its thread, when no reply will come any more.

    Attributes:
        over: whether it takes no more messages.
        fate: why no reply will come any more; None as long as one may.
    """

    def __init__(
        self,
        name: str,
        server: Any,
        *,
        receive: Callable[[dict[str, Any]], dict[str, Any] | None],
        ended: Callable[[McpSession], object],
    ) -> None:
        self.over = False
        self.fate: str | None = None
        self._name = name
        self._server = server
        self._receive = receive
        self._ended = ended
        self._lock = threading.Lock()
        self._early: list[dict[str, Any] | None] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: asyncio.Queue[dict[str, Any] | None]
        threading.Thread(target=self._live, name=f"greenroom-mcp-{name}", daemon=True).start()

    def post(self, message: dict[str, Any]) -> None:
        """Send a message to the server; it is dropped once the session is over."""
        self._put(message)

    def close(self) -> None:
        """End the server; what it still does is cancelled after a short while."""
        self._put(None)

    def _put(self, message: dict[str, Any] | None) -> None:
        with self._lock:
            if self._loop is None:
                self._early.append(message)
                return
            loop = self._loop
        with suppress(RuntimeError):  # the loop is closed: the session is over
            loop.call_soon_threadsafe(self._inbox.put_nowait, message)

    def _live(self) -> None:
        why = "it has ended"
        try:
            asyncio.run(self._run())
        except BaseException as error:  # noqa: BLE001 - whatever ends a server of the caller's
            cause = _innermost(error)
            why = f"{type(cause).__name__}: {cause}"
            report_error(__name__, "mcp_server_failed", cause, server=self._name)
        finally:
            self.over = True
            self.fate = f"the MCP server {self._name!r} does not run: {why}"
            self._ended(self)

    async def _run(self) -> None:
        from mcp.shared.memory import create_client_server_memory_streams  # noqa: PLC0415 - extra

        self._inbox = asyncio.Queue()
        with self._lock:
            self._loop = asyncio.get_running_loop()
            for message in self._early:
                self._inbox.put_nowait(message)
        async with create_client_server_memory_streams() as (ours, theirs):
            from_server, to_server = ours
            serving = asyncio.create_task(self._serve(*theirs))
            feeding = asyncio.create_task(self._feed(to_server))
            reading = asyncio.create_task(self._read(from_server))
            await asyncio.wait({serving, feeding}, return_when=asyncio.FIRST_COMPLETED)
            self.over = True
            await asyncio.wait({serving}, timeout=_GRACE_SECONDS)
            for task in (serving, feeding):
                task.cancel()
            await asyncio.wait({serving, feeding}, timeout=_GRACE_SECONDS)
            await asyncio.wait({reading}, timeout=_GRACE_SECONDS)
            reading.cancel()
            for task in (serving, feeding):
                if task.done() and not task.cancelled():
                    task.result()

    async def _serve(self, read: Any, write: Any) -> None:
        try:
            options = self._server.create_initialization_options()
            await self._server.run(read, write, options, raise_exceptions=False)
        finally:
            await write.aclose()  # not every version does

    async def _feed(self, to_server: Any) -> None:
        from mcp.shared.message import SessionMessage  # noqa: PLC0415 - see above

        parse = _parser()
        while (message := await self._inbox.get()) is not None:
            await to_server.send(SessionMessage(parse(message)))
        await to_server.aclose()

    async def _read(self, from_server: Any) -> None:
        async for item in from_server:
            if isinstance(item, Exception):
                continue
            reply = self._receive(_dumped(item.message))
            if reply is not None:
                self._inbox.put_nowait(reply)


def _parser() -> Callable[[dict[str, Any]], Any]:
    try:
        from mcp_types.jsonrpc import jsonrpc_message_adapter  # noqa: PLC0415 - mcp 2
    except ImportError:
        from mcp import types  # noqa: PLC0415 - mcp 1

        model: Any = types.JSONRPCMessage
        parse: Callable[[dict[str, Any]], Any] = model.model_validate
        return parse
    return jsonrpc_message_adapter.validate_python


def _dumped(message: Any) -> dict[str, Any]:
    """Return a message as its transports write it: mcp 1 wraps it, and leaves out what is None."""
    wrapped = hasattr(message, "root")
    dumped: dict[str, Any] = message.model_dump(
        mode="json", by_alias=True, exclude_none=wrapped, exclude_unset=not wrapped
    )
    return dumped


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
