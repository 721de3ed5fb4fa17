"""MCP servers, called by code without a CLI: started, spoken to, restarted, stopped."""

from __future__ import annotations

from greenroom.mcp.board import McpInfo, McpStatus
from greenroom.mcp.call import McpCall, Progress
from greenroom.mcp.connection import McpConnection
from greenroom.mcp.content import (
    AudioContent,
    Content,
    EmbeddedResource,
    ImageContent,
    ResourceContents,
    ResourceLink,
    TextContent,
    UnknownContent,
)
from greenroom.mcp.errors import (
    McpBadAnswer,
    McpCancelled,
    McpError,
    McpPackageMissing,
    McpRefused,
    McpServerDown,
    McpTimedOut,
)
from greenroom.mcp.listings import (
    McpPrompt,
    McpResource,
    McpTool,
    PromptArgument,
    ServerIdentity,
)
from greenroom.mcp.log_message import LogMessage
from greenroom.mcp.restarts import Restarts
from greenroom.mcp.results import CallToolResult, PromptMessage, PromptResult
from greenroom_protocol.claude.options import HttpServer, SseServer, StdioServer

__all__ = [
    "AudioContent",
    "CallToolResult",
    "Content",
    "EmbeddedResource",
    "HttpServer",
    "ImageContent",
    "LogMessage",
    "McpBadAnswer",
    "McpCall",
    "McpCancelled",
    "McpConnection",
    "McpError",
    "McpInfo",
    "McpPackageMissing",
    "McpPrompt",
    "McpRefused",
    "McpResource",
    "McpServerDown",
    "McpStatus",
    "McpTimedOut",
    "McpTool",
    "Progress",
    "PromptArgument",
    "PromptMessage",
    "PromptResult",
    "ResourceContents",
    "ResourceLink",
    "Restarts",
    "ServerIdentity",
    "SseServer",
    "StdioServer",
    "TextContent",
    "UnknownContent",
]
