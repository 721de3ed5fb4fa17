"""The event loop of one connection to an address. Importing this loads asyncio and `mcp`."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeGuard

import anyio
import httpx2
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import ClientMessageMetadata, SessionMessage
from mcp_types import CONNECTION_CLOSED, JSONRPCError, jsonrpc_message_adapter

from greenroom.mcp.wire import Severed
from greenroom_protocol import Garbage, Secret
from greenroom_protocol.claude.options import HttpServer, SseServer
from greenroom_protocol.jsonrpc import Message, read_messages
from greenroom_protocol.unknown import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

__all__ = ["RemoteLoop"]

_CONNECT_SECONDS: Final = 30.0
_VERSION_HEADER: Final = "mcp-protocol-version"
_SESSION_HEADER: Final = "mcp-session-id"
_BAD_STATUS: Final = 400
_NOT_FOUND: Final = 404
_MOST_REDIRECTS: Final = 5


class _Wire(Protocol):
    def is_up(self) -> None: ...

    def deliver(self, messages: Sequence[Message | Garbage | Severed]) -> None: ...

    def sent(self, weight: int) -> None: ...


class RemoteLoop:
    """Carries messages over a transport of the `mcp` package; used once.

    `run` blocks the thread that belongs to it, and is called, or `close` is; the methods above it
    are for the dispatcher.

    Attributes:
        last_refusal: the last answer of HTTP that was an error; empty if none was.
    """

    def __init__(self, config: HttpServer | SseServer, wire: _Wire) -> None:
        self.last_refusal = ""
        self._config = config
        self._wire = wire
        self._loop = asyncio.new_event_loop()
        self._outbox: deque[tuple[bytes, int]] = deque()
        self._news = asyncio.Event()
        self._whole: anyio.CancelScope | None = None
        self._talk: anyio.CancelScope | None = None
        self._lost: str | None = None
        self._stopping = False
        self._version: str | None = None

    # --- from the dispatcher --------------------------------------------------------------------

    def send(self, line: bytes, weight: int) -> None:
        """Queue a message."""
        self._call(self._queue, line, weight)

    def agree(self, version: str) -> None:
        """Name this version of MCP in the headers from now on."""
        self._call(setattr, self, "_version", version)

    def stop(self, grace: float) -> None:
        """End, within `grace` seconds and what it takes to close a socket."""
        self._call(self._end, grace)

    def _call(self, function: Any, *args: Any) -> None:
        with suppress(RuntimeError):  # it has ended, as `run` tells
            self._loop.call_soon_threadsafe(function, *args)

    def _queue(self, line: bytes, weight: int) -> None:
        self._outbox.append((line, weight))
        self._news.set()

    def _end(self, grace: float) -> None:
        self._stopping = True
        if self._talk is not None:
            self._talk.cancel()
        if self._whole is not None:
            self._whole.deadline = min(self._whole.deadline, self._loop.time() + grace)

    # --- on the thread ---------------------------------------------------------------------------

    def run(self) -> str | None:
        """Carry messages until the connection ends; return why it did, if that is known."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                return runner.run(self._converse())
        finally:
            self._loop.close()

    def close(self) -> None:
        """Let go of it instead of running it."""
        self._loop.close()

    async def _converse(self) -> str | None:
        why: str | None = None
        if self._stopping:
            return why
        try:
            with anyio.CancelScope() as self._whole:
                async with self._transport() as (received, to_send):
                    with anyio.CancelScope() as self._talk:
                        await self._carry(received, to_send)
        except Exception as error:  # noqa: BLE001 - it is the answer
            why = _leaf(error)
        return self._lost or why

    async def _carry(self, received: Any, to_send: Any) -> None:
        if self._stopping:
            return
        self._wire.is_up()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._write, to_send)
            async for item in received:
                self._take(item)
            tasks.cancel_scope.cancel()

    def _take(self, item: Any) -> None:
        if self._lost is not None:
            return  # answers the transport makes up; the end of the wire answers better
        if not isinstance(item, SessionMessage):
            self._wire.deliver((Garbage(head=repr(item).encode()[:HEAD_BYTES], size=0),))
        elif _is_made_up(item.message):
            self._wire.deliver((Severed(item.message.id, item.message.error.message),))
        else:
            text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
            self._wire.deliver(read_messages(text.encode()))

    async def _write(self, to_send: Any) -> None:
        while True:
            while self._outbox:
                line, weight = self._outbox.popleft()
                message = jsonrpc_message_adapter.validate_json(line, by_name=False)
                await to_send.send(SessionMessage(message, metadata=self._metadata()))
                self._wire.sent(weight)
            self._news.clear()
            await self._news.wait()

    def _metadata(self) -> ClientMessageMetadata | None:
        if self._version is None:
            return None
        return ClientMessageMetadata(headers={_VERSION_HEADER: self._version})

    def _transport(self) -> AbstractAsyncContextManager[Any]:
        config = self._config
        if isinstance(config, SseServer):
            return sse_client(config.url, httpx_client_factory=partial(_Client, self))
        return self._http(config)

    @asynccontextmanager
    async def _http(self, config: HttpServer) -> AsyncIterator[Any]:
        async with (
            _Client(self) as client,
            streamable_http_client(config.url, http_client=client) as streams,
        ):
            yield streams

    # --- what HTTP says ------------------------------------------------------------------------

    def headers(self) -> dict[str, str]:
        """Return what is sent with each request."""
        return {
            name: value.reveal() if isinstance(value, Secret) else value
            for name, value in self._config.headers.items()
        }

    def judge(self, request: httpx2.Request, status: int) -> None:
        """Look at an answer, of which the transports tell too little."""
        if status < _BAD_STATUS or self._stopping:
            return
        self.last_refusal = f"HTTP {status} to {request.method}"
        if request.method == "POST" and (
            isinstance(self._config, SseServer)
            or (status == _NOT_FOUND and _SESSION_HEADER in request.headers)
        ):
            self.lose(f"its session is over ({self.last_refusal})")

    def lose(self, why: str) -> None:
        """End, because messages do not get there any more."""
        if self._lost is None and not self._stopping:
            self._lost = why
            if self._talk is not None:
                self._talk.cancel()


class _Client(httpx2.AsyncClient):
    """Reports what happens to requests. Waits for answers without limit: calls have their own."""

    def __init__(self, loop: RemoteLoop, **_wishes: Any) -> None:
        timeout = httpx2.Timeout(_CONNECT_SECONDS, read=None)
        super().__init__(headers=loop.headers(), timeout=timeout, max_redirects=_MOST_REDIRECTS)
        self._greenroom_loop = loop

    async def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:
        """Send, and report the status, or that it did not get there."""
        try:
            response = await super().send(request, **how)
        except httpx2.TransportError as error:
            if request.method == "POST":
                self._greenroom_loop.lose(_words(error))
            raise
        self._greenroom_loop.judge(request, response.status_code)
        return response


def _is_made_up(message: Any) -> TypeGuard[JSONRPCError]:
    """Whether an error is not the server's: so says the transport that it lost the answer."""
    return (
        isinstance(message, JSONRPCError)
        and message.error.code == CONNECTION_CLOSED
        and message.error.message.startswith("SSE stream ")
    )


def _leaf(error: BaseException) -> str:
    """Return the first real error in a group, in words."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return _words(error)


def _words(error: BaseException) -> str:
    words = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
