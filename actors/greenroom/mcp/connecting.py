"""Connecting to an MCP server."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from greenroom.mcp.actor import McpClient
from greenroom.mcp.board import Board
from greenroom.mcp.connection import McpConnection
from greenroom.mcp.open_wire import wire_maker
from greenroom.mcp.restarts import Restarts
from greenroom.values.redaction import Redactor, is_sensitive
from greenroom_protocol import Secret
from greenroom_protocol.claude.options import HttpServer, SseServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenroom.runtime import Dispatcher
    from greenroom.runtime.process import Spawner, StopLadder
    from greenroom_protocol.claude.options import McpServerConfig

__all__ = ["connect"]

_DEFAULT_RESTARTS: Final = Restarts()

_SCHEMES: Final = ("basic ", "bearer ")
"""What may stand in front of a credential in a header."""


def connect(
    dispatcher: Dispatcher,
    spawner: Spawner,
    ladder: StopLadder,
    name: str,
    config: McpServerConfig,
    *,
    cwd: str | os.PathLike[str] | None = None,
    restarts: Restarts = _DEFAULT_RESTARTS,
    start_seconds: float = 30.0,
    call_seconds: float = 60.0,
) -> McpConnection:
    """Connect to a server; returns at once, and the server is started meanwhile.

    Args:
        dispatcher: where its actor runs.
        spawner: starts the process of a `StdioServer`.
        ladder: how that process is stopped.
        name: what the server is called in errors and records.
        config: a `StdioServer`, an `HttpServer` or an `SseServer`.
        cwd: where the process works; the current directory by default.
        restarts: how often it is started again when it goes down.
        start_seconds: how long the handshake may take.
        call_seconds: how long a call may take when neither it nor `config` says so.

    Raises:
        TypeError: `config` is none of the three.
        McpPackageMissing: a server behind an address needs the package `mcp`.
        ValueError: a time is not above 0.
    """
    for what, seconds in (("start_seconds", start_seconds), ("call_seconds", call_seconds)):
        if not seconds > 0:
            raise ValueError(f"{what} must be above 0, not {seconds!r}")
    place = os.path.abspath(os.path.expanduser(cwd or os.getcwd()))  # noqa: PTH100, PTH109, PTH111 - a plain string for the kernel
    open_wire = wire_maker(
        config, name=name, cwd=place, dispatcher=dispatcher, spawner=spawner, ladder=ladder
    )
    board, numbers = Board(name), count()
    actor = McpClient.start(
        board=board,
        open_wire=open_wire,
        numbers=numbers,
        restarts=restarts,
        redactor=Redactor(_secrets(config)),
        answer_seconds=start_seconds,
        dispatcher=dispatcher,
    )
    return McpConnection(actor, board, numbers, config.timeout_seconds or call_seconds)


def _secrets(config: McpServerConfig) -> Iterator[str | Secret]:
    for name, value in config.secrets().items():
        if isinstance(value, Secret) or is_sensitive(name):
            yield value
            text = value.reveal() if isinstance(value, Secret) else value
            if text.lower().startswith(_SCHEMES):
                yield text.partition(" ")[2].strip()
    if isinstance(config, HttpServer | SseServer):
        query = urlsplit(config.url).query  # errors of HTTP name the address
        yield from (query, *(value for _, value in parse_qsl(query)))
