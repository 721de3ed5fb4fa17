"""One HTTP/1.1 connection of a loopback server: requests in, planned steps out.

Written for tests: no timeouts of its own (a stalled peer is what is being tested), no pipelining,
and a peer that closes its sending side counts as gone.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

from greenroom.testing.fake_anthropic.plan import Cut, Head, Hold, Pause, Send

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from greenroom.testing.fake_anthropic.plan import Step

__all__ = ["Answer", "BadRequestError", "Connection", "GoneError", "HttpRequest"]

_END_OF_HEAD = b"\r\n\r\n"
_HEAD_LIMIT = 64 * 1024


class GoneError(ConnectionError):
    """The connection is not there any more: the peer left, or the script cut it."""


class BadRequestError(ValueError):
    """What arrived is not a request this server understands."""


class HttpRequest(NamedTuple):
    """One request; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: bytes


class Answer(NamedTuple):
    """The steps of a response, and the context that surrounds each wait for a release."""

    steps: Sequence[Step]
    hold: AbstractContextManager[None] = nullcontext()


class Connection(asyncio.Protocol):
    """One connection. Lives on the event loop of its server; one coroutine at a time uses it.

    Args:
        opened: Called with the connection once it is open.
        closed: Called with the connection after its socket is closed.
    """

    def __init__(
        self, opened: Callable[[Connection], None], closed: Callable[[Connection], None]
    ) -> None:
        self._opened = opened
        self._closed = closed
        self._transport: asyncio.Transport
        self._buffer = bytearray()
        self._wake = asyncio.Event()
        self._gone = False
        self._released = False
        self._writable = True

    # --- called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the transport; the connection is open."""
        self._transport = cast("asyncio.Transport", transport)
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Keep what the peer sent."""
        self._buffer += data
        self._wake.set()

    def eof_received(self) -> None:
        """Note that the peer has left."""
        self._gone = True
        self._wake.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the socket is closed."""
        del exc
        self._gone = True
        self._wake.set()
        self._closed(self)

    def pause_writing(self) -> None:
        """Wait with sending: the peer does not read."""
        self._writable = False

    def resume_writing(self) -> None:
        """Go on sending."""
        self._writable = True
        self._wake.set()

    # --- called by the server

    def release(self) -> None:
        """Let the response that is under way pass its stalls."""
        self._released = True
        self._wake.set()

    def end(self) -> None:
        """Close the socket when everything that was written is sent."""
        self._transport.close()

    def close(self) -> None:
        """Close the socket at once; nothing that is still buffered is sent."""
        self._gone = True
        self._transport.abort()

    async def read(self) -> HttpRequest:
        """Return the next request.

        Raises:
            GoneError: The peer has left.
            BadRequestError: It sent something else.
        """
        await self._until(self._has_head)
        head = self._take(self._buffer.index(_END_OF_HEAD) + len(_END_OF_HEAD))
        start, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, version = _start_line(start)
        headers = _headers(lines)
        if version != "HTTP/1.1" or "transfer-encoding" in headers:
            raise BadRequestError("only HTTP/1.1 requests with a content-length are understood")
        if headers.get("expect", "").lower() == "100-continue":
            await self._write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise BadRequestError(f"content-length is {length!r:.40}, not a number")
        await self._until(lambda: len(self._buffer) >= int(length))
        content = self._take(int(length))
        where = urlsplit(target)
        self._released = False
        return HttpRequest(method, where.path, where.query, headers, content)

    async def send(self, answer: Answer, *, bodiless: bool = False) -> None:
        """Take the steps of `answer`.

        Args:
            answer: The response.
            bodiless: Send only the headers, as `HEAD` wants.

        Raises:
            GoneError: The peer left, or the steps cut the connection.
        """
        chunked = False
        for step in answer.steps:
            match step:
                case Head():
                    chunked = step.length is None
                    await self._write(_head(step))
                    if bodiless:
                        return
                case Send():
                    await self._write(_chunk(step.data) if chunked else step.data)
                case Pause():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(step.seconds):
                            await self._until(lambda: False)
                case Hold():
                    with answer.hold:
                        await self._until(lambda: self._released)
                case Cut():
                    self.end()
                    raise GoneError
        if chunked:
            await self._write(_chunk(b""))

    def _has_head(self) -> bool:
        found = _END_OF_HEAD in self._buffer
        if not found and len(self._buffer) > _HEAD_LIMIT:
            raise BadRequestError(f"no end of the headers within {_HEAD_LIMIT} bytes")
        return found

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    async def _write(self, data: bytes) -> None:
        if self._gone:
            raise GoneError
        self._transport.write(data)
        await asyncio.sleep(0)  # a long answer must not keep the others waiting
        await self._until(lambda: self._writable)

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            if self._gone:
                raise GoneError
            self._wake.clear()
            await self._wake.wait()


def _start_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3:  # noqa: PLR2004 - method, target, version
        raise BadRequestError(f"not a request line: {line!r:.80}")
    return parts[0], parts[1], parts[2]


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _head(head: Head) -> bytes:
    framing = ("transfer-encoding: chunked", f"content-length: {head.length}")
    lines = [
        f"HTTP/1.1 {head.status} {_phrase(head.status)}",
        *(f"{name}: {value}" for name, value in head.headers.items()),
        framing[head.length is not None],
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # 529 is not in any registry
        return "Overloaded"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)
