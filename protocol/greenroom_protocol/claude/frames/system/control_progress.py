"""`system/control_request_progress`: a control request takes its time."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ControlRequestProgress"]


class ControlRequestProgress(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="control_request_progress"
):
    """Our request `request_id` is `started`, or waits for an `api_retry` (CLI 2.1.329)."""

    request_id: str
    status: str = ""
    attempt: int | None = None
    max_retries: int | None = None
    retry_delay_ms: int | float | None = None
    error_status: int | None = None
