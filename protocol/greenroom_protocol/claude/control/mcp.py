"""Requests about the MCP servers of a session."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

__all__ = [
    "McpCall",
    "McpReadResource",
    "McpReconnect",
    "McpSetServers",
    "McpStatus",
    "McpToggle",
    "SendMcpMessage",
    "SetMcpPermissionModeOverride",
]


class _Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="subtype"):
    pass


class McpStatus(_Request, frozen=True, kw_only=True, tag="mcp_status"):
    """Read every server's state, transport and tools."""

    live_reply: bool | None = field(default=None, name="liveReply")


class McpToggle(_Request, frozen=True, kw_only=True, tag="mcp_toggle"):
    """Switch a server on or off; the answer has no payload."""

    server_name: str = field(name="serverName")
    enabled: bool


class McpReconnect(_Request, frozen=True, kw_only=True, tag="mcp_reconnect"):
    """Connect a server again; always an error for in-process servers."""

    server_name: str = field(name="serverName")


class McpSetServers(_Request, frozen=True, kw_only=True, tag="mcp_set_servers"):
    """Replace the dynamic servers, in-process ones included; stdio entries need `args`."""

    servers: Mapping[str, Any]
    hint: str | None = None
    denied_tools: Sequence[str] | None = None

    def __repr__(self) -> str:
        """Return the names alone: arguments, headers and variables may be secrets."""
        servers: object = self.servers
        names = list(servers) if isinstance(servers, Mapping) else f"<{type(servers).__name__}>"
        return f"McpSetServers(servers={names})"


class McpCall(_Request, frozen=True, kw_only=True, tag="mcp_call"):
    """Run an MCP tool without the model; not one of an in-process server."""

    tool: str
    arguments: Mapping[str, Any] | None = None
    timeout_ms: int | None = None
    expires_at: int | float | None = None
    result_not_for_model: bool | None = None
    check_permissions: bool | None = None
    input_files: Sequence[Any] | None = None
    output_files: Sequence[Any] | None = None


class McpReadResource(_Request, frozen=True, kw_only=True, tag="mcp_read_resource"):
    """Read a resource of a server."""

    server_name: str = field(name="serverName")
    uri: str


class SetMcpPermissionModeOverride(
    _Request, frozen=True, kw_only=True, tag="set_mcp_permission_mode_override"
):
    """Give the tools of one server a permission mode of their own; None takes it away again."""

    server_name: str = field(name="serverName")
    mode: str | None
    ask_for_tools: Sequence[Mapping[str, str]] | None = field(default=None, name="askForTools")


class SendMcpMessage(_Request, frozen=True, kw_only=True, tag="mcp_message"):
    """Send a JSON-RPC notification of an in-process server, such as a changed tool list."""

    server_name: str
    message: Mapping[str, Any]
