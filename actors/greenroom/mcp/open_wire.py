"""Which wire belongs to which configuration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from greenroom.mcp.stdio_wire import StdioWire
from greenroom_protocol.claude.options import HttpServer, McpServerConfig, SseServer, StdioServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.mcp.wire import Wire, WireOwner
    from greenroom.runtime import Dispatcher
    from greenroom.runtime.process import Spawner, StopLadder

__all__ = ["wire_maker"]


def wire_maker(
    config: McpServerConfig | Any,
    *,
    name: str,
    cwd: str,
    dispatcher: Dispatcher,
    spawner: Spawner,
    ladder: StopLadder,
) -> Callable[[WireOwner], Wire]:
    """Return what makes a fresh wire to the server.

    Raises:
        TypeError: there is none for such a configuration.
        McpPackageMissing: it needs the package `mcp`.
    """
    if isinstance(config, StdioServer):
        return partial(
            StdioWire,
            config=config,
            cwd=cwd,
            dispatcher=dispatcher,
            spawner=spawner,
            ladder=ladder,
        )
    if isinstance(config, HttpServer | SseServer):
        from greenroom.mcp.remote_wire import RemoteWire, require_package  # noqa: PLC0415 - few need it

        require_package(name)
        return partial(RemoteWire, config=config, name=name, dispatcher=dispatcher, ladder=ladder)
    raise TypeError(
        f"the MCP server {name!r} must be StdioServer(...), HttpServer(...) or SseServer(...), "
        f"not {type(config).__name__}"
    )
