"""MCP servers, seen from the CLI: it is the MCP client of those in the process of its client.

Others are nothing but names here: they are connected as soon as they are given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator.request_error import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from greenroom.testing.simulator.asks import Question, Questions
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play

__all__ = ["McpServers"]

_HANDSHAKE_SECONDS = 30.0


@dataclass
class _Server:
    status: str = "pending"
    info: dict[str, Any] = field(default_factory=dict)
    tools: list[dict[str, Any]] = field(default_factory=list)
    next_id: int = 0
    transport: str = "sdk"

    def shut(self) -> None:
        self.info, self.tools, self.next_id = {}, [], 0


class McpServers:
    """Handshakes with each server and calls its tools over ``mcp_message``."""

    def __init__(self, stage: Stage, questions: Questions) -> None:
        self._stage = stage
        self._questions = questions
        self._servers: dict[str, _Server] = {}

    def connect(self, names: Iterable[str]) -> None:
        """Begin the handshake with servers that are not known yet."""
        for name in names:
            if name not in self._servers:
                self._servers[name] = _Server()
                self._open(name, self._servers[name])

    def settled(self) -> bool:
        """Whether every handshake is over; the first turn waits for that."""
        return all(server.status != "pending" for server in self._servers.values())

    def listing(self) -> list[dict[str, Any]]:
        """``mcp_servers`` of ``system/init``."""
        return [
            {"name": name, "status": each.status, "source": "sdk"}
            for name, each in self._servers.items()
        ]

    def status(self) -> list[dict[str, Any]]:
        """``mcpServers`` of the answer to ``mcp_status``."""
        return [
            {
                "name": name,
                "status": each.status,
                **({"serverInfo": each.info} if each.info else {}),
                "transport": each.transport,
                "scope": "dynamic",
                "source": "sdk",
                "tools": [{"name": tool["name"], "annotations": {}} for tool in each.tools],
            }
            for name, each in self._servers.items()
        ]

    def toggle(self, name: str, *, enabled: bool) -> None:
        """Switch a server off, or on: then it is connected to again."""
        server = self._known(name)
        if not enabled:
            server.status = "disabled"
            self._forget_tools(name)
            server.shut()
        elif server.status == "disabled":
            self._open(name, server)

    def reconnect(self, name: str) -> None:
        """Connect again to a server that is not in the client's process."""
        if self._known(name).transport == "sdk":
            raise RequestError("SDK servers should be handled in print.ts")

    def hear(self, name: str, message: Any) -> None:
        """Take what a server tells of its own accord; if its tools have changed, list them."""
        method = message.get("method") if isinstance(message, dict) else None
        server = self._servers.get(name)
        if method == "notifications/tools/list_changed" and server is not None:
            self._stage.tasks.start(self._list(name, server))

    def replace(self, configs: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """Have these servers and no others; the answer to ``mcp_set_servers``."""
        removed = [name for name in self._servers if name not in configs]
        for name in removed:
            self._forget_tools(name)
            del self._servers[name]
        added = [name for name in configs if name not in self._servers]
        errors = {}
        for name in added:
            config = configs[name]
            transport = config.get("type") or "stdio"
            if transport == "stdio" and "args" not in config:
                errors[name] = "args: expected array, received undefined"
                continue
            self._servers[name] = _Server(transport=transport)
            self._open(name, self._servers[name])
        added = [name for name in added if name not in errors]
        return {"added": added, "removed": removed, "errors": errors}

    def _known(self, name: str) -> _Server:
        if name not in self._servers:
            raise RequestError(f"Server not found: {name}")
        return self._servers[name]

    def _open(self, name: str, server: _Server) -> None:
        if server.transport == "sdk":
            server.status = "pending"
            self._stage.tasks.start(self._handshake(name, server))
        else:
            server.status = "connected"

    def _forget_tools(self, name: str) -> None:
        tools, prefix = self._stage.conversation.tools, f"mcp__{name}__"
        tools[:] = [tool for tool in tools if not tool.startswith(prefix)]

    def request(self, name: str, method: str, params: dict[str, Any] | None) -> Question:
        """Send a JSON-RPC request to a server; ids start at 0."""
        server = self._servers.setdefault(name, _Server(status="connected"))
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "id": server.next_id}
        server.next_id += 1
        return self._send(name, message if params is None else message | {"params": params})

    def _send(self, name: str, message: dict[str, Any]) -> Question:
        return self._questions.ask(
            {
                "subtype": "mcp_message",
                "server_name": name,
                "message": message,
            }
        )

    def _handshake(self, name: str, server: _Server) -> Play:
        hello = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "claude-code", "version": self._stage.conversation.version},
        }
        opening = self.request(name, "initialize", hello)
        yield from self._questions.wait([opening], _HANDSHAKE_SECONDS)
        result = rpc_result(opening)
        if not isinstance(result, dict):
            server.status = "failed"
            return
        server.info = result.get("serverInfo", {})
        ready = self._send(name, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        listing = self.request(name, "tools/list", None)
        yield from self._questions.wait([ready, listing], _HANDSHAKE_SECONDS)
        self._learn(name, server, listing)
        server.status = "connected"

    def _list(self, name: str, server: _Server) -> Play:
        listing = self.request(name, "tools/list", None)
        yield from self._questions.wait([listing], _HANDSHAKE_SECONDS)
        self._learn(name, server, listing)

    def _learn(self, name: str, server: _Server, listing: Question) -> None:
        tools = rpc_result(listing)
        server.tools = tools.get("tools", []) if isinstance(tools, dict) else []
        names = [f"mcp__{name}__{tool['name']}" for tool in server.tools]
        self._forget_tools(name)
        self._stage.conversation.tools.extend(names)


def rpc_result(question: Question) -> Any:
    """The ``result`` of the JSON-RPC answer, or None when there is none."""
    answer = question.answer if isinstance(question.answer, dict) else {}
    message = answer.get("mcp_response")
    return message.get("result") if isinstance(message, dict) else None
