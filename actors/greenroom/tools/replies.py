"""What our servers send, as JSON-RPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom_protocol.claude.control import McpAnswer

if TYPE_CHECKING:
    from greenroom_protocol.jsonrpc import MessageId

__all__ = ["failed", "notification", "replied"]


def replied(request_id: MessageId, result: dict[str, Any]) -> McpAnswer:
    """Return the reply to a request."""
    return McpAnswer({"jsonrpc": "2.0", "id": request_id, "result": result})


def failed(request_id: MessageId | None, code: int, text: str) -> McpAnswer:
    """Return the reply to a request that could not be carried out, or not even be read."""
    error = {"code": code, "message": text}
    return McpAnswer({"jsonrpc": "2.0", "id": request_id, "error": error})


def notification(method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a message that wants no reply."""
    told: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    return told if params is None else {**told, "params": params}
