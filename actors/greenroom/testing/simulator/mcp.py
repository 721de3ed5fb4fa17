"""The client's in-process MCP servers, seen from the CLI: it is their MCP client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

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
                self._stage.tasks.start(self._handshake(name, self._servers[name]))

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
                "serverInfo": each.info,
                "transport": "sdk",
                "scope": "dynamic",
                "source": "sdk",
                "tools": [{"name": tool["name"], "annotations": {}} for tool in each.tools],
            }
            for name, each in self._servers.items()
        ]

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
        tools = rpc_result(listing)
        server.tools = tools.get("tools", []) if isinstance(tools, dict) else []
        names = [f"mcp__{name}__{tool['name']}" for tool in server.tools]
        self._stage.conversation.tools.extend(names)
        server.status = "connected"


def rpc_result(question: Question) -> Any:
    """The ``result`` of the JSON-RPC answer, or None when there is none."""
    answer = question.answer if isinstance(question.answer, dict) else {}
    message = answer.get("mcp_response")
    return message.get("result") if isinstance(message, dict) else None
