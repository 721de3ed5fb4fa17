"""JSON-RPC messages of an MCP client, as far as a server has to read them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from greenroom_protocol.claude.control import McpAnswer

__all__ = [
    "INTERNAL_ERROR",
    "INVALID_PARAMS",
    "INVALID_REQUEST",
    "METHOD_NOT_FOUND",
    "Incoming",
    "Malformed",
    "RequestId",
    "failed",
    "notification",
    "read_message",
    "replied",
]

INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603

RequestId = str | int


class Malformed(Exception):
    """A message that is no JSON-RPC.

    Attributes:
        id: of the request, if that can be read.
        code: what kind of error it is.
    """

    def __init__(
        self, text: str, request_id: RequestId | None = None, code: int = INVALID_REQUEST
    ) -> None:
        super().__init__(text)
        self.id = request_id
        self.code = code


class Incoming(NamedTuple):
    """A request, or a notification.

    Attributes:
        method: what is asked or told.
        params: named arguments; empty if there are none.
        id: of a request, 0 included; None for a notification.
    """

    method: str
    params: dict[str, Any]
    id: RequestId | None

    @property
    def tool_use_id(self) -> str | None:
        """The call of the model that this request is made for."""
        meta = self.params.get("_meta")
        tool_use_id = meta.get("claudecode/toolUseId") if isinstance(meta, dict) else None
        return tool_use_id if isinstance(tool_use_id, str) else None

    @property
    def takes_back(self) -> RequestId | None:
        """The request that this notification takes back, if it is one that does."""
        request_id = self.params.get("requestId")
        if self.method != "notifications/cancelled" or isinstance(request_id, bool):
            return None
        return request_id if isinstance(request_id, str | int) else None


def read_message(message: Any) -> Incoming | None:
    """Read a message; None for the answer to a request, which a server never sends.

    Raises:
        Malformed: it is something else.
    """
    if not isinstance(message, dict):
        raise Malformed(f"a message must be an object, not {type(message).__name__}")
    request_id = message.get("id")
    if isinstance(request_id, bool) or not isinstance(request_id, str | int | None):
        raise Malformed("'id' must be a string or an integer")
    if message.get("jsonrpc") != "2.0":
        raise Malformed("'jsonrpc' must be '2.0'", request_id)
    if "method" not in message and ("result" in message or "error" in message):
        return None
    method, params = message.get("method"), message.get("params")
    if not isinstance(method, str):
        raise Malformed("'method' must be a string", request_id)
    if params is not None and not isinstance(params, dict):
        raise Malformed("'params' must be an object", request_id, INVALID_PARAMS)
    if "id" in message and request_id is None:
        raise Malformed("'id' must not be null")
    return Incoming(method, params or {}, request_id)


def replied(request_id: RequestId | None, result: dict[str, Any]) -> McpAnswer:
    """Return the reply to a request."""
    return McpAnswer({"jsonrpc": "2.0", "id": request_id, "result": result})


def failed(request_id: RequestId | None, code: int, text: str) -> McpAnswer:
    """Return the reply to a request that could not be carried out."""
    error = {"code": code, "message": text}
    return McpAnswer({"jsonrpc": "2.0", "id": request_id, "error": error})


def notification(method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a message that wants no reply."""
    told: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    return told if params is None else {**told, "params": params}
