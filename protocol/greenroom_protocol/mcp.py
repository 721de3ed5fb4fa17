"""What both sides of an MCP connection have to agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from greenroom_protocol.jsonrpc import MessageId, Notification

__all__ = ["CANCELLED", "MCP_VERSIONS", "taken_back"]

MCP_VERSIONS: Final = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""The versions of MCP that are spoken here; the first is offered."""

CANCELLED: Final = "notifications/cancelled"
"""Takes a request back."""


def taken_back(notification: Notification) -> MessageId | None:
    """Return the request that a notification takes back, if it is one that does."""
    params = notification.params
    if notification.method != CANCELLED or not isinstance(params, dict):
        return None
    request_id = params.get("requestId")
    return request_id if type(request_id) in {int, str} else None
