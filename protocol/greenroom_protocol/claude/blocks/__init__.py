"""Content blocks: what an assistant or user message is made of."""

from greenroom_protocol.claude.blocks.media import Document, Image
from greenroom_protocol.claude.blocks.server_tools import (
    AdvisorToolResult,
    BashCodeExecutionToolResult,
    CodeExecutionToolResult,
    McpToolResult,
    McpToolUse,
    ServerToolUse,
    TextEditorCodeExecutionToolResult,
    ToolSearchToolResult,
    WebFetchToolResult,
    WebSearchToolResult,
)
from greenroom_protocol.claude.blocks.text import Text
from greenroom_protocol.claude.blocks.thinking import RedactedThinking, Thinking
from greenroom_protocol.claude.blocks.tools import ToolResult, ToolUse
from greenroom_protocol.claude.blocks.unknown import UnknownBlock

__all__ = [
    "AdvisorToolResult",
    "BashCodeExecutionToolResult",
    "Block",
    "CodeExecutionToolResult",
    "Document",
    "Image",
    "McpToolResult",
    "McpToolUse",
    "RedactedThinking",
    "ServerToolUse",
    "Text",
    "TextEditorCodeExecutionToolResult",
    "Thinking",
    "ToolResult",
    "ToolSearchToolResult",
    "ToolUse",
    "UnknownBlock",
    "WebFetchToolResult",
    "WebSearchToolResult",
]

Block = (
    Text
    | Thinking
    | RedactedThinking
    | ToolUse
    | ToolResult
    | Image
    | Document
    | ServerToolUse
    | McpToolUse
    | McpToolResult
    | WebSearchToolResult
    | WebFetchToolResult
    | CodeExecutionToolResult
    | BashCodeExecutionToolResult
    | TextEditorCodeExecutionToolResult
    | ToolSearchToolResult
    | AdvisorToolResult
    | UnknownBlock
)
"""Any content block. Members of the wire come in any order, `type` is not always the first."""
