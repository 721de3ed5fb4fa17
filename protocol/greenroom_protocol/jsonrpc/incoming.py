"""One value to a message, as a server takes it: what is wrong with it can be told."""

from __future__ import annotations

from typing import Any

from greenroom_protocol.jsonrpc.codes import INVALID_PARAMS, INVALID_REQUEST
from greenroom_protocol.jsonrpc.messages import MessageId, Notification, Request

__all__ = ["Malformed", "read_incoming"]


class Malformed(Exception):
    """A message that is no JSON-RPC.

    Attributes:
        id: of the request, if that can be read.
        code: what kind of error it is.
    """

    def __init__(
        self, text: str, request_id: MessageId | None = None, code: int = INVALID_REQUEST
    ) -> None:
        super().__init__(text)
        self.id = request_id
        self.code = code


def read_incoming(value: Any) -> Request | Notification | None:
    """Read a decoded message; its `params` are an object, empty where there are none.

    None for the answer to a request, whatever is in it: it is for somebody who sends requests.

    Raises:
        Malformed: it is something else.
    """
    if not isinstance(value, dict):
        raise Malformed(f"a message must be an object, not {type(value).__name__}")
    request_id = value.get("id")
    if isinstance(request_id, bool) or not isinstance(request_id, str | int | None):
        raise Malformed("'id' must be a string or an integer")
    if value.get("jsonrpc") != "2.0":
        raise Malformed("'jsonrpc' must be '2.0'", request_id)
    if "method" not in value and ("result" in value or "error" in value):
        return None
    method, params = value.get("method"), value.get("params")
    if not isinstance(method, str):
        raise Malformed("'method' must be a string", request_id)
    if params is not None and not isinstance(params, dict):
        raise Malformed("'params' must be an object", request_id, INVALID_PARAMS)
    if "id" not in value:
        return Notification(method=method, params=params or {})
    if request_id is None:
        raise Malformed("'id' must not be null")
    return Request(id=request_id, method=method, params=params or {})
