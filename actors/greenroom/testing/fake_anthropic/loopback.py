"""A small HTTP server on 127.0.0.1 that leaves nothing behind.

One thread runs one event loop; every connection is a task on it. `close` ends them all, stalled
ones included, and returns when the thread has ended and every socket is closed.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from greenroom.testing.fake_anthropic.connection import (
    Answer,
    BadRequestError,
    Connection,
    GoneError,
)
from greenroom.testing.fake_anthropic.plan import json_steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.testing.fake_anthropic.connection import HttpRequest

__all__ = ["Loopback"]

_BACKLOG = 512


class Loopback:
    """The server. `start` and `close` are for one owner; `release` is for any thread.

    Args:
        respond: Gives the response to a request; called on the server's thread, must not block.
    """

    def __init__(self, respond: Callable[[HttpRequest], Answer]) -> None:
        self._respond = respond
        self._opening: set[asyncio.Task[None]] = set()
        self._serving: dict[Connection, asyncio.Task[None]] = {}
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event

    def start(self) -> int:
        """Listen on a free port and return it.

        Raises:
            OSError: No port could be bound.
        """
        started: Future[int] = Future()
        self._thread = threading.Thread(
            target=asyncio.run, args=(self._run(started),), name="fake-anthropic", daemon=True
        )
        self._thread.start()
        return started.result()

    def close(self) -> None:
        """End every connection, stop listening, and wait for the thread. Idempotent."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join()

    def release(self) -> None:
        """Let every response that is under way now pass its stalls."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        for connection in self._serving:
            connection.release()

    async def _run(self, started: Future[int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        except OSError as error:
            started.set_exception(error)
            return
        listener.setblocking(False)
        self._loop.add_reader(listener, self._accept, listener)
        started.set_result(listener.getsockname()[1])
        await self._stopping.wait()
        self._loop.remove_reader(listener)
        listener.close()
        await self._end_connections()

    # A server of the loop's own loses a socket that it accepts while it closes (seen with CPython
    # 3.11), so accepting is done here, where every step is accounted for.

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, _ = listener.accept()
        except OSError:  # the peer has left again
            return
        opening = self._loop.create_task(self._open(accepted))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    async def _open(self, accepted: socket.socket) -> None:
        await self._loop.connect_accepted_socket(self._connection, accepted)

    def _connection(self) -> Connection:
        return Connection(self._opened, self._closed)

    def _opened(self, connection: Connection) -> None:
        self._serving[connection] = self._loop.create_task(self._serve(connection))

    def _closed(self, connection: Connection) -> None:
        del self._serving[connection]

    async def _end_connections(self) -> None:
        if self._opening:
            await asyncio.wait(self._opening)
        while self._serving:
            tasks = [*self._serving.values()]
            for connection in [*self._serving]:
                connection.close()
            await asyncio.wait(tasks)
            await asyncio.sleep(0)

    async def _serve(self, connection: Connection) -> None:
        try:
            while await self._answer(connection):
                pass
        except GoneError:
            pass
        finally:
            connection.end()

    async def _answer(self, connection: Connection) -> bool:
        """Answer one request; return whether the connection may carry another one."""
        try:
            request = await connection.read()
        except BadRequestError as error:
            await connection.send(Answer(json_steps(400, {"error": str(error)})))
            return False
        await connection.send(self._respond(request), bodiless=request.method == "HEAD")
        return request.headers.get("connection", "").lower() != "close"
