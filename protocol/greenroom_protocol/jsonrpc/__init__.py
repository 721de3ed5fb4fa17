"""JSON-RPC 2.0, as MCP speaks it: messages, one to a line. Pure."""

from greenroom_protocol.jsonrpc.codes import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
)
from greenroom_protocol.jsonrpc.messages import (
    Failure,
    Message,
    Notification,
    Request,
    Response,
    RpcError,
)
from greenroom_protocol.jsonrpc.reading import read_messages

__all__ = [
    "INTERNAL_ERROR",
    "INVALID_PARAMS",
    "INVALID_REQUEST",
    "METHOD_NOT_FOUND",
    "PARSE_ERROR",
    "Failure",
    "Message",
    "Notification",
    "Request",
    "Response",
    "RpcError",
    "read_messages",
]
