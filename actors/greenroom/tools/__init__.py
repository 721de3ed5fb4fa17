"""Tools of the caller's, served to the CLI as MCP servers that live in this process.

`tool` makes a function a tool, a `ToolRegistry` holds some, and `ToolServers` are those of a
session. The part of the MCP that tools need is spoken here; servers of the `mcp` package are
bridged.
"""

from greenroom.tools.annotations import ToolAnnotations
from greenroom.tools.connection import Connection
from greenroom.tools.context import ToolContext
from greenroom.tools.decorator import tool
from greenroom.tools.definition import Tool
from greenroom.tools.problem import Gravity, ToolProblem
from greenroom.tools.registry import ToolDescription, ToolRegistry
from greenroom.tools.result import Image, ToolError, ToolResult
from greenroom.tools.server_message import ServerMessage
from greenroom.tools.servers import ToolServers, is_tool_server
from greenroom.tools.usage import ToolUsage

__all__ = [
    "Connection",
    "Gravity",
    "Image",
    "ServerMessage",
    "Tool",
    "ToolAnnotations",
    "ToolContext",
    "ToolDescription",
    "ToolError",
    "ToolProblem",
    "ToolRegistry",
    "ToolResult",
    "ToolServers",
    "ToolUsage",
    "is_tool_server",
    "tool",
]
