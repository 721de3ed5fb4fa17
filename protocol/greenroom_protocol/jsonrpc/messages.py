"""What two sides of a JSON-RPC connection say to each other."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

__all__ = ["Failure", "Message", "MessageId", "Notification", "Request", "Response", "RpcError"]

MessageId: TypeAlias = int | str


class _Message(Struct, frozen=True, kw_only=True):
    jsonrpc: Literal["2.0"] = "2.0"


class Request(_Message, frozen=True, kw_only=True):
    """Asks for an answer with the same id."""

    id: MessageId
    method: str
    params: Any = UNSET


class Notification(_Message, frozen=True, kw_only=True):
    """Tells something and gets no answer."""

    method: str
    params: Any = UNSET


class Response(_Message, frozen=True, kw_only=True):
    """The answer to a request that went well."""

    id: MessageId
    result: Any


class RpcError(Struct, frozen=True, kw_only=True):
    """Why a request failed: a code, words, and perhaps data of any shape."""

    code: int
    message: str
    data: Any | UnsetType = UNSET


class Failure(_Message, frozen=True, kw_only=True):
    """The answer to a request that failed; without an id, to one that could not be read."""

    id: MessageId | None
    error: RpcError


Message: TypeAlias = Request | Notification | Response | Failure
