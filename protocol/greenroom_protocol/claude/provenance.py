"""Where an MCP tool comes from."""

from greenroom_protocol.wire import Wire

__all__ = ["McpServerProvenance"]


class McpServerProvenance(Wire, frozen=True, kw_only=True):
    """The MCP server a tool belongs to, and the kind of configuration that named it."""

    name: str | None = None
    source: str | None = None
