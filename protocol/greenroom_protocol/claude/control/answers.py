"""Answers to the CLI's `mcp_message` and `elicitation`."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from msgspec import UNSET, Struct, UnsetType

from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = ["ElicitationAnswer", "McpAnswer"]


class McpAnswer(Struct, frozen=True):
    """The JSON-RPC reply of an in-process MCP server.

    A reply without a sound JSON-RPC body hangs the tool call for good (CLI 2.1.329), so it is
    checked when it is made. Notifications are acknowledged with `McpAnswer.acknowledge()`.

    Raises:
        LocalProtocolError: `mcp_response` has neither `result` nor `error`, or has no `jsonrpc`.
    """

    mcp_response: Mapping[str, Any]

    def __post_init__(self) -> None:
        reply: Any = self.mcp_response
        if (
            not isinstance(reply, Mapping)
            or reply.get("jsonrpc") != "2.0"
            or ("result" in reply) == ("error" in reply)
        ):
            raise LocalProtocolError(
                "an MCP reply has 'jsonrpc': '2.0' and either 'result' or 'error', "
                f"not {shown(reply)}",
            )

    @classmethod
    def acknowledge(cls) -> Self:
        """Return the empty reply that every notification needs as well."""
        return cls({"jsonrpc": "2.0", "result": {}})


class ElicitationAnswer(Struct, frozen=True, kw_only=True):
    """What the user said to an MCP server's question; `content` goes with `accept` only."""

    action: Literal["accept", "decline", "cancel"]
    content: Mapping[str, Any] | UnsetType = UNSET
