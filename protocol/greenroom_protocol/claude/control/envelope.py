"""The frames around control traffic in the direction client -> CLI.

The CLI executes a request without a `request_id` and answers it without one; a request without a
body ends its process (CLI 2.1.329). Neither can be made here.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from msgspec import UNSET, Raw, Struct, UnsetType

from greenroom_protocol.encoding import encode_line
from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = ["Control", "encode_cancel", "encode_error", "encode_request", "encode_success"]


class Control(Struct, frozen=True):
    """Any request by its wire names: for what has no type of its own here.

    An unknown subtype is harmless: the CLI answers with an error whose `error_code` is
    `unsupported_request`.
    """

    subtype: str
    fields: Mapping[str, Any] = {}

    def body(self) -> dict[str, Any]:
        """Return the request as the wire has it.

        Raises:
            LocalProtocolError: the subtype is empty, or among the fields as well.
        """
        if not _is_text(self.subtype):
            raise LocalProtocolError(f"a control request has a subtype, not {shown(self.subtype)}")
        if "subtype" in self.fields:
            raise LocalProtocolError("the subtype of a Control is no field of it; pass it once")
        return {"subtype": self.subtype, **self.fields}


def encode_request(request_id: str, request: Struct | Control) -> bytes:
    """Return the line that asks the CLI for `request`, one of the Structs of this package.

    The CLI may answer out of order, and answers each id once; use an id once only.

    Raises:
        LocalProtocolError: the id is empty, `request` is no request, or it cannot be encoded.
    """
    body = request.body() if isinstance(request, Control) else request
    if isinstance(body, Struct) and body.__struct_config__.tag_field != "subtype":
        raise LocalProtocolError(f"{type(body).__name__} is not a control request")
    return encode_line(_Request(request_id=_id(request_id), request=body))


def encode_success(request_id: str, response: Struct | Mapping[str, Any] | Raw | None) -> bytes:
    """Return the line that answers the CLI's request with `response`; None sends no payload.

    Raises:
        LocalProtocolError: the id is empty or the response cannot be encoded.
    """
    payload = UNSET if response is None else response
    return encode_line(_Response(response=_Success(request_id=_id(request_id), response=payload)))


def encode_error(request_id: str, text: str) -> bytes:
    """Return the line that answers the CLI's request with an error; an empty text is filled in.

    Raises:
        LocalProtocolError: the id is empty or the text cannot be encoded.
    """
    error = text or "the client failed without saying why"
    return encode_line(_Response(response=_Error(request_id=_id(request_id), error=error)))


def encode_cancel(request_id: str) -> bytes:
    """Return the line that takes a request of ours back; the CLI may answer it all the same.

    Raises:
        LocalProtocolError: the id is empty.
    """
    return encode_line(_Cancel(request_id=_id(request_id)))


class _Request(Struct, frozen=True, kw_only=True, tag_field="type", tag="control_request"):
    request_id: str
    request: Any


class _Success(Struct, frozen=True, kw_only=True, tag_field="subtype", tag="success"):
    request_id: str
    response: Any | UnsetType


class _Error(Struct, frozen=True, kw_only=True, tag_field="subtype", tag="error"):
    request_id: str
    error: str


class _Response(Struct, frozen=True, kw_only=True, tag_field="type", tag="control_response"):
    response: _Success | _Error


class _Cancel(Struct, frozen=True, kw_only=True, tag_field="type", tag="control_cancel_request"):
    request_id: str


def _id(request_id: object) -> str:
    if not _is_text(request_id):
        raise LocalProtocolError(
            f"a control request is named by a text that is not empty, not {shown(request_id)}",
        )
    return request_id


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)
