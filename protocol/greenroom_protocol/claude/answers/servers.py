"""Answers about MCP servers."""

from typing import Any

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = ["McpServerInfo", "McpServerStatus", "McpServers", "McpSetServersResult", "McpTool"]


class McpTool(Wire, frozen=True, kw_only=True):
    """A tool of a server; its annotations go by the CLI's names, such as `readOnly`."""

    name: str
    description: str | None = None
    annotations: dict[str, Any] = field(default_factory=dict)


class McpServerInfo(Wire, frozen=True, kw_only=True):
    """What a server says it is."""

    name: str
    version: str | None = None


class McpServerStatus(Wire, frozen=True, kw_only=True):
    """One MCP server of the session.

    `status` is `connected`, `pending`, `failed`, `needs-auth` or `disabled`. `config` may hold
    headers with a credential in them. `tools` is empty unless the server is connected.
    """

    name: str
    status: str
    server_info: McpServerInfo | None = field(default=None, name="serverInfo")
    error: str | None = None
    error_code: str | None = None
    config: dict[str, Any] | None = None
    transport: str | None = None
    scope: str | None = None
    source: str | None = None
    tools: tuple[McpTool, ...] = ()


class McpServers(Wire, frozen=True, kw_only=True):
    """Answers `mcp_status`."""

    servers: tuple[McpServerStatus, ...] = field(name="mcpServers")


class McpSetServersResult(Wire, frozen=True, kw_only=True):
    """Answers `mcp_set_servers`; a server that is added may still fail to start: see `errors`."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
