"""How a call of an MCP server can fail."""

from __future__ import annotations

from typing import Any

from greenroom.values.errors import GreenroomError

__all__ = [
    "McpBadAnswer",
    "McpCancelled",
    "McpError",
    "McpPackageMissing",
    "McpRefused",
    "McpServerDown",
    "McpTimedOut",
]


class McpError(GreenroomError):
    """Root of what can go wrong with an MCP server.

    Attributes:
        server: the name it was connected under.
    """

    code = "mcp_failed"

    def __init__(self, message: str, *, server: str = "") -> None:
        super().__init__(message)
        self.server = server


class McpRefused(McpError):
    """The server answered that it cannot do it. A tool that failed is a `CallToolResult` instead.

    Attributes:
        rpc_code: the number of the error, such as -32602 for wrong parameters.
        message: the server's own words.
        data: what it sent along; None if nothing.
    """

    code = "mcp_refused"

    def __init__(self, rpc_code: int, message: str, data: Any = None, *, server: str = "") -> None:
        super().__init__(f"MCP server {server!r} answered: {message} ({rpc_code})", server=server)
        self.rpc_code = rpc_code
        self.message = message
        self.data = data


class McpTimedOut(McpError, TimeoutError):
    """No answer came in time. The server was told that nobody waits; it may work on."""

    code = "mcp_timed_out"


class McpCancelled(McpError):
    """The caller withdrew the call. The server was told; it may have done it all the same."""

    code = "mcp_cancelled"


class McpServerDown(McpError):
    """The server ended, could not be started, or was stopped. Nothing is ever sent twice.

    Attributes:
        why: what happened to it.
        sent: whether the call was on its way, so that the server may have done it.
        evidence: what the server said last on its standard error, or HTTP about its last request;
            without secrets.
    """

    code = "mcp_server_down"

    def __init__(
        self,
        why: str,
        *,
        server: str = "",
        sent: bool = False,
        evidence: str = "",
        last_words: str = "",
    ) -> None:
        said = f"; it said last: {last_words}" if last_words else ""
        super().__init__(f"MCP server {server!r} is down: {why}{said}", server=server)
        self.why = why
        self.sent = sent
        self.evidence = evidence


class McpBadAnswer(McpError):
    """The server answered with something that MCP does not allow."""

    code = "mcp_bad_answer"


class McpPackageMissing(McpError, ImportError):
    """Servers behind an address need the package `mcp`, which is not installed."""

    code = "mcp_package_missing"
