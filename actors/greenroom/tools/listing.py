"""Tools as ``tools/list`` tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.tools.names import tool_names

if TYPE_CHECKING:
    from greenroom.tools.definition import Tool
    from greenroom.tools.registry import ToolRegistry

__all__ = ["listed"]


def listed(server: str, registry: ToolRegistry) -> list[dict[str, Any]]:
    """Return the tools of this moment, under their names on the wire, oldest first."""
    tools = tuple(registry)
    wire = tool_names(server, (tool.name for tool in tools))
    return [_told(wire[tool.name], tool) for tool in tools]


def _told(wire_name: str, tool: Tool[..., Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": wire_name,
        "description": tool.description,
        "inputSchema": tool.input_schema,
    }
    if tool.annotations is not None:
        told["annotations"] = msgspec.to_builtins(tool.annotations)
    if tool.max_result_chars is not None:
        told["_meta"] = {"anthropic/maxResultSizeChars": tool.max_result_chars}
    return told
