"""The in-process MCP servers of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from greenroom.tools.connection import Connection
from greenroom.tools.definition import Tool
from greenroom.tools.mcp_lookalike import real_server
from greenroom.tools.names import full_name, require_server_name, tool_names
from greenroom.tools.problem import problems_of
from greenroom.tools.registry import ToolRegistry
from greenroom.tools.served_registry import ServedRegistry

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from greenroom.tools.problem import ToolProblem
    from greenroom.tools.served import Served

__all__ = ["ToolServers", "is_tool_server"]


def is_tool_server(value: Any) -> bool:
    """Whether `value` can be served from this process; else it may configure another server."""
    kinds = (ToolRegistry, Sequence)
    listed = isinstance(value, kinds) and not isinstance(value, str | bytes | bytearray)
    return listed or real_server(value) is not None


class ToolServers:
    """Registries and servers of the `mcp` package, under the names the CLI knows them by.

    Nothing runs until a process connects. Thread-safe; made by `of`.
    """

    def __init__(self, servers: Mapping[str, Any], *, state: Any) -> None:
        self._servers = dict(servers)
        self._state = state

    @classmethod
    def of(cls, servers: Mapping[str, Any], state: Any = None) -> Self:
        """Make the servers of a session.

        Args:
            servers: name -> a `ToolRegistry`, a sequence of tools or functions, or a server of the
                `mcp` package (extra ``greenroom[mcp]``).
            state: what tools find as ``context.state``.

        Raises:
            ValueError: a name cannot be a server's, or two tools have the same name.
            TypeError: something else is given as a server.
        """
        made = {require_server_name(name): _server(name, given) for name, given in servers.items()}
        return cls(made, state=state)

    def __repr__(self) -> str:
        return f"<ToolServers {', '.join(self._servers)}>"

    def names(self) -> tuple[str, ...]:
        """Return the names of the servers."""
        return tuple(self._servers)

    def wire_name(self, server: str, tool: str) -> str:
        """Return what the model, permission rules and hooks call a tool.

        Raises:
            KeyError: there is no such server, or it has no such tool. Tools of a server of the
                `mcp` package are not known before it runs: they are taken for granted.
        """
        registry = self._find(server)
        if not isinstance(registry, ToolRegistry):
            return full_name(server, tool)
        registry.lookup(tool)
        return full_name(server, tool_names(server, (own.name for own in registry))[tool])

    def lookup(self, name: str) -> tuple[str, Tool[..., Any]]:
        """Return the server and the tool of a full name, as registered or as on the wire.

        Raises:
            KeyError: no registry here has it.
        """
        for server, registry in self._registries().items():
            wire = tool_names(server, (own.name for own in registry))
            for tool in registry:
                if name in {full_name(server, tool.name), full_name(server, wire[tool.name])}:
                    return server, tool
        raise KeyError(f"no registry here has a tool {name!r}")

    def check(self) -> list[ToolProblem]:
        """Tell what is wrong with the registries, the worst first; nothing is run for it."""
        problems = [
            problem
            for server, registry in self._registries().items()
            for problem in problems_of(server, registry)
        ]
        return sorted(problems, key=lambda problem: problem.gravity)

    def connect(self, notify: Callable[[str, dict[str, Any]], object] | None = None) -> Connection:
        """Serve one process of the CLI, until the connection is closed.

        Args:
            notify: sends a JSON-RPC notification of a server to the process, as in
                ``notify("shop", {...})``; called on any thread, and must neither block nor raise.
        """
        return Connection(
            {
                name: self._serve(name, server, notify or _drop)
                for name, server in self._servers.items()
            }
        )

    def _serve(
        self, name: str, server: Any, notify: Callable[[str, dict[str, Any]], object]
    ) -> Served:
        def tell(message: dict[str, Any]) -> None:
            notify(name, message)

        if isinstance(server, ToolRegistry):
            return ServedRegistry(name, server, state=self._state, notify=tell)
        from greenroom.tools.mcp_bridge import McpBridge  # noqa: PLC0415 - few sessions have one

        return McpBridge(name, server, notify=tell)

    def _registries(self) -> dict[str, ToolRegistry]:
        servers = self._servers.items()
        return {name: server for name, server in servers if isinstance(server, ToolRegistry)}

    def _find(self, server: str) -> Any:
        if server not in self._servers:
            known = ", ".join(self._servers) or "none"
            raise KeyError(f"there is no MCP server {server!r} here; there is: {known}")
        return self._servers[server]


def _server(name: str, given: Any) -> Any:
    if isinstance(given, ToolRegistry):
        return given
    real = real_server(given)
    if real is not None:
        return real
    if isinstance(given, Tool):
        raise TypeError(f"MCP server {name!r}: a single tool is given as a list: [{given.name}]")
    if callable(given) and not isinstance(given, type) and not is_tool_server(given):
        called = getattr(given, "__name__", "f")
        raise TypeError(f"MCP server {name!r}: a single function is given as a list: [{called}]")
    if not is_tool_server(given):
        raise TypeError(
            f"MCP server {name!r} must be a ToolRegistry, a sequence of tools, or a server of the "
            f"mcp package, not {given!r:.100}"
        )
    return ToolRegistry(name, given)


def _drop(_server: str, _message: dict[str, Any]) -> None:
    """Nobody is to be told."""
