"""What the types of MCP connections promise; mypy checks this file, nothing runs it."""

from typing import assert_type

from greenroom.mcp import (
    CallToolResult,
    McpCall,
    McpConnection,
    McpInfo,
    McpPrompt,
    McpTool,
    PromptResult,
    ResourceContents,
)


async def call_a_server(server: McpConnection) -> None:
    assert_type(server.call("add", {"a": 1}, timeout=5), McpCall[CallToolResult])
    assert_type(await server.call("add"), CallToolResult)
    assert_type(await server.tools(), tuple[McpTool, ...])
    assert_type(await server.prompts(), tuple[McpPrompt, ...])
    assert_type(await server.read("memo://one"), tuple[ResourceContents, ...])
    assert_type(await server.prompt("greet", {"who": "you"}), PromptResult)
    assert_type(server.info, McpInfo)
    server.call("add").cancel()
