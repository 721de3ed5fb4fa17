"""JSON-RPC 2.0, as MCP speaks it: messages, one to a line or decoded already. Pure."""

from greenroom_protocol.jsonrpc.codes import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
)
from greenroom_protocol.jsonrpc.incoming import Malformed, read_incoming
from greenroom_protocol.jsonrpc.messages import (
    Failure,
    Message,
    MessageId,
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
    "Malformed",
    "Message",
    "MessageId",
    "Notification",
    "Request",
    "Response",
    "RpcError",
    "read_incoming",
    "read_messages",
]
