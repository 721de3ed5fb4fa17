"""A registry as an MCP server: the methods of the MCP that tools need."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from greenroom.tools.content import error_result
from greenroom.tools.listing import listed
from greenroom.tools.names import tool_names
from greenroom.tools.replies import failed, notification, replied
from greenroom.tools.served import Served, tool_use_id
from greenroom.tools.tool_run import ToolRun
from greenroom_protocol.jsonrpc import INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND
from greenroom_protocol.mcp import MCP_VERSIONS, taken_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks import Errand
    from greenroom.tools.definition import Tool
    from greenroom.tools.registry import ToolRegistry
    from greenroom_protocol.claude.control import McpAnswer
    from greenroom_protocol.jsonrpc import MessageId, Notification, Request

__all__ = ["ServedRegistry"]

_LIST_CHANGED: Final = "notifications/tools/list_changed"


class ServedRegistry(Served):
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
        self._running: dict[MessageId, ToolRun] = {}
        self._introduced = False
        self._forget = registry.on_change(self._changed)

    def close(self) -> None:
        """The client is gone: cancel what runs for it."""
        self._forget()
        with self._lock:
            running = tuple(self._running.values())
        for run in running:
            run.cancel("the agent is gone")

    def _ask(self, request: Request, message: dict[str, Any]) -> McpAnswer | Errand:
        del message
        method = _METHODS.get(request.method)
        if method is None:
            return failed(request.id, METHOD_NOT_FOUND, f"there is no method {request.method!r}")
        return method(self, request)

    def _tell(self, notification: Notification, message: dict[str, Any]) -> None:
        del message
        request_id = taken_back(notification)
        if request_id is not None:
            self._cancel(request_id, notification.params.get("reason"))

    def _initialize(self, request: Request) -> McpAnswer:
        self._introduced = True
        asked = request.params.get("protocolVersion")
        registry = self._registry
        told = {
            "protocolVersion": asked if asked in MCP_VERSIONS else MCP_VERSIONS[0],
            "capabilities": {"tools": {"listChanged": True}},
            "serverInfo": {"name": registry.name, "version": registry.version},
        }
        if registry.instructions is not None:
            told["instructions"] = registry.instructions
        return replied(request.id, told)

    def _ping(self, request: Request) -> McpAnswer:
        return replied(request.id, {})

    def _list(self, request: Request) -> McpAnswer:
        return replied(request.id, {"tools": listed(self._server, self._registry)})

    def _call(self, request: Request) -> McpAnswer | Errand:
        request_id, params = request.id, request.params
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
        return run.errand(tool_use_id(request))

    def _find(self, name: str) -> Tool[..., Any] | None:
        tools = {tool.name: tool for tool in self._registry}
        if name in tools:
            return tools[name]
        wire = tool_names(self._server, tools)
        return next((tool for own, tool in tools.items() if wire[own] == name), None)

    def _unknown(self, name: str) -> str:
        known = ", ".join(tool_names(self._server, (tool.name for tool in self._registry)).values())
        return f"The server {self._server!r} has no tool {name!r}. It has: {known or 'none'}."

    def _cancel(self, request_id: MessageId, reason: Any) -> None:
        with self._lock:
            run = self._running.get(request_id)
        if run is not None:
            run.cancel(reason if isinstance(reason, str) and reason else "the CLI withdrew it")

    def _over(self, request_id: MessageId) -> None:
        with self._lock:
            self._running.pop(request_id, None)

    def _changed(self) -> None:
        if self._introduced:
            self._notify(notification(_LIST_CHANGED))


_METHODS: Final[dict[str, Callable[[ServedRegistry, Request], McpAnswer | Errand]]] = {
    "initialize": ServedRegistry._initialize,  # noqa: SLF001 - this class's own table
    "ping": ServedRegistry._ping,  # noqa: SLF001 - see above
    "tools/list": ServedRegistry._list,  # noqa: SLF001 - see above
    "tools/call": ServedRegistry._call,  # noqa: SLF001 - see above
}
