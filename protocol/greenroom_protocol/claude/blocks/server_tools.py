"""Tools that run at the API, not in the CLI: their calls and results.

Their payloads belong to the API and stay opaque. Source: Messages API types of the release of CLI
2.1.329; the CLI passes such blocks through as they are.
"""

from typing import Any

from greenroom_protocol.wire import Wire

__all__ = [
    "AdvisorToolResult",
    "BashCodeExecutionToolResult",
    "CodeExecutionToolResult",
    "McpToolResult",
    "McpToolUse",
    "ServerToolUse",
    "TextEditorCodeExecutionToolResult",
    "ToolSearchToolResult",
    "WebFetchToolResult",
    "WebSearchToolResult",
]


class ServerToolUse(Wire, frozen=True, kw_only=True, tag="server_tool_use"):
    """A call of a tool that the API runs itself, such as `web_search`."""

    id: str
    name: str
    input: dict[str, Any]
    caller: Any = None


class McpToolUse(Wire, frozen=True, kw_only=True, tag="mcp_tool_use"):
    """A call of an MCP tool that the API connects to itself."""

    id: str
    name: str
    input: dict[str, Any]
    server_name: str = ""


class McpToolResult(Wire, frozen=True, kw_only=True, tag="mcp_tool_result"):
    """The result of a `McpToolUse`."""

    tool_use_id: str
    content: Any = None
    is_error: bool | None = None


class _ServerToolResult(Wire, frozen=True, kw_only=True):
    tool_use_id: str
    content: Any = None


class WebSearchToolResult(
    _ServerToolResult, frozen=True, kw_only=True, tag="web_search_tool_result"
):
    """Hits of a web search, or its error object."""


class WebFetchToolResult(_ServerToolResult, frozen=True, kw_only=True, tag="web_fetch_tool_result"):
    """A fetched page, or its error object."""


class CodeExecutionToolResult(
    _ServerToolResult, frozen=True, kw_only=True, tag="code_execution_tool_result"
):
    """Output of code that ran at the API."""


class BashCodeExecutionToolResult(
    _ServerToolResult, frozen=True, kw_only=True, tag="bash_code_execution_tool_result"
):
    """Output of a shell command that ran at the API."""


class TextEditorCodeExecutionToolResult(
    _ServerToolResult, frozen=True, kw_only=True, tag="text_editor_code_execution_tool_result"
):
    """Outcome of a file edit that ran at the API."""


class ToolSearchToolResult(
    _ServerToolResult, frozen=True, kw_only=True, tag="tool_search_tool_result"
):
    """Tools that a search among deferred tools has found."""


class AdvisorToolResult(_ServerToolResult, frozen=True, kw_only=True, tag="advisor_tool_result"):
    """Answer of the advisor model."""
