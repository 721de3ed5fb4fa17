"""Control frames: requests of the CLI, its answers to ours, and cancellations.

They carry neither `uuid` nor `session_id`, come at any time and in any order. Source: CLI 2.1.329.
"""

from typing import Any

from greenroom_protocol.claude.requests import InboundRequest
from greenroom_protocol.wire import Wire

__all__ = [
    "ControlCancelRequest",
    "ControlError",
    "ControlRequest",
    "ControlResponse",
    "ControlSuccess",
]


class ControlRequest(Wire, frozen=True, kw_only=True, tag="control_request"):
    """The CLI asks; answer with the same `request_id`, exactly once."""

    request_id: str
    request: InboundRequest


class ControlSuccess(Wire, frozen=True, kw_only=True, tag_field="subtype", tag="success"):
    """Our request was carried out; many answers have no `response`.

    `request_id` is missing when our request had none. The `pending_*` requests are those that were
    open before a repeated `initialize`.
    """

    request_id: str | None = None
    response: Any = None
    pending_permission_requests: tuple[dict[str, Any], ...] = ()
    pending_user_dialog_requests: tuple[dict[str, Any], ...] = ()


class ControlError(Wire, frozen=True, kw_only=True, tag_field="subtype", tag="error"):
    """Our request was refused; `error_code` is there for some reasons only."""

    request_id: str | None = None
    error: str = ""
    error_code: str | None = None
    pending_permission_requests: tuple[dict[str, Any], ...] = ()
    pending_user_dialog_requests: tuple[dict[str, Any], ...] = ()


class ControlResponse(Wire, frozen=True, kw_only=True, tag="control_response"):
    """The answer to one of our requests."""

    response: ControlSuccess | ControlError

    @property
    def request_id(self) -> str | None:
        """The id of the request it answers."""
        return self.response.request_id


class ControlCancelRequest(Wire, frozen=True, kw_only=True, tag="control_cancel_request"):
    """The CLI no longer waits for the answer to `request_id`: send none."""

    request_id: str
