"""A registry as an MCP server: the methods of the MCP that tools need."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from greenroom.tools.content import error_result
from greenroom.tools.jsonrpc import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    Malformed,
    failed,
    notification,
    read_message,
    replied,
)
from greenroom.tools.listing import listed
from greenroom.tools.names import tool_names
from greenroom.tools.tool_run import ToolRun
from greenroom_protocol.claude.control import McpAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks import Errand
    from greenroom.tools.definition import Tool
    from greenroom.tools.jsonrpc import Incoming, RequestId
    from greenroom.tools.registry import ToolRegistry

__all__ = ["ServedRegistry"]

PROTOCOL_VERSION: Final = "2025-11-25"
_KNOWN_VERSIONS: Final = frozenset({"2024-11-05", "2025-03-26", "2025-06-18", PROTOCOL_VERSION})
_LIST_CHANGED: Final = "notifications/tools/list_changed"


class ServedRegistry:
    """A registry, and one client of it. `answer` is for one thread; the rest is thread-safe.

    Args:
        server: what the client calls it.
        registry: the tools.
        state: given to tools with their context.
        notify: takes what the client is to be told, on any thread.
    """

    def __init__(
        self,
        server: str,
        registry: ToolRegistry,
        *,
        state: Any,
        notify: Callable[[dict[str, Any]], object],
    ) -> None:
        self._server = server
        self._registry = registry
        self._state = state
        self._notify = notify
        self._lock = threading.Lock()
        self._running: dict[RequestId, ToolRun] = {}
        self._introduced = False
        self._forget = registry.on_change(self._changed)

    def answer(self, message: Any) -> McpAnswer | Errand:
        """Return the reply to a message, or what has to be run for it."""
        try:
            incoming = read_message(message)
        except Malformed as error:
            return failed(error.id, error.code, str(error))
        if incoming is None:
            return McpAnswer.acknowledge()
        if incoming.id is None:
            if incoming.takes_back is not None:
                self._cancel(incoming.takes_back, incoming.params.get("reason"))
            return McpAnswer.acknowledge()
        method = _METHODS.get(incoming.method)
        if method is None:
            return failed(incoming.id, METHOD_NOT_FOUND, f"there is no method {incoming.method!r}")
        return method(self, incoming, incoming.id)

    def close(self) -> None:
        """The client is gone: cancel what runs for it."""
        self._forget()
        with self._lock:
            running = tuple(self._running.values())
        for run in running:
            run.cancel("the agent is gone")

    def _initialize(self, incoming: Incoming, request_id: RequestId) -> McpAnswer:
        self._introduced = True
        asked = incoming.params.get("protocolVersion")
        known = isinstance(asked, str) and asked in _KNOWN_VERSIONS
        registry = self._registry
        told = {
            "protocolVersion": asked if known else PROTOCOL_VERSION,
            "capabilities": {"tools": {"listChanged": True}},
            "serverInfo": {"name": registry.name, "version": registry.version},
        }
        if registry.instructions is not None:
            told["instructions"] = registry.instructions
        return replied(request_id, told)

    def _ping(self, _incoming: Incoming, request_id: RequestId) -> McpAnswer:
        return replied(request_id, {})

    def _list(self, _incoming: Incoming, request_id: RequestId) -> McpAnswer:
        return replied(request_id, {"tools": listed(self._server, self._registry)})

    def _call(self, incoming: Incoming, request_id: RequestId) -> McpAnswer | Errand:
        params = incoming.params
        name, arguments = params.get("name"), params.get("arguments")
        if not isinstance(name, str):
            return failed(request_id, INVALID_PARAMS, "'name' must be the name of a tool")
        if arguments is not None and not isinstance(arguments, dict):
            return failed(request_id, INVALID_PARAMS, "'arguments' must be an object")
        if request_id in self._running:
            return failed(request_id, INVALID_REQUEST, f"the call {request_id!r} still runs")
        tool = self._find(name)
        if tool is None:
            return replied(request_id, error_result(self._unknown(name)))
        run = ToolRun(
            tool,
            arguments or {},
            request_id=request_id,
            server=self._server,
            state=self._state,
            tally=self._registry.tally(tool.name),
            over=lambda: self._over(request_id),
        )
        with self._lock:
            self._running[request_id] = run
        return run.errand(incoming.tool_use_id)

    def _find(self, name: str) -> Tool[..., Any] | None:
        tools = {tool.name: tool for tool in self._registry}
        if name in tools:
            return tools[name]
        wire = tool_names(self._server, tools)
        return next((tool for own, tool in tools.items() if wire[own] == name), None)

    def _unknown(self, name: str) -> str:
        known = ", ".join(tool_names(self._server, (tool.name for tool in self._registry)).values())
        return f"The server {self._server!r} has no tool {name!r}. It has: {known or 'none'}."

    def _cancel(self, request_id: RequestId, reason: Any) -> None:
        with self._lock:
            run = self._running.get(request_id)
        if run is not None:
            run.cancel(reason if isinstance(reason, str) and reason else "the CLI withdrew it")

    def _over(self, request_id: RequestId) -> None:
        with self._lock:
            self._running.pop(request_id, None)

    def _changed(self) -> None:
        if self._introduced:
            self._notify(notification(_LIST_CHANGED))


_METHODS: Final[dict[str, Callable[[ServedRegistry, Incoming, RequestId], McpAnswer | Errand]]] = {
    "initialize": ServedRegistry._initialize,  # noqa: SLF001 - this class's own table
    "ping": ServedRegistry._ping,  # noqa: SLF001 - see above
    "tools/list": ServedRegistry._list,  # noqa: SLF001 - see above
    "tools/call": ServedRegistry._call,  # noqa: SLF001 - see above
}
