"""`system/api_retry`: a request failed and is tried again."""

from typing import Any

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ApiRetry"]


class ApiRetry(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="api_retry"):
    """Attempt number `attempt` of `max_retries` follows in `retry_delay_ms` milliseconds.

    `error_status` is the HTTP status, None when there was no answer; `error` its category, such as
    `rate_limit` or `authentication_failed`. Ten retries last about three minutes (CLI 2.1.329).
    """

    attempt: int
    max_retries: int = 0
    retry_delay_ms: int | float = 0
    error_status: int | None = None
    error: str | None = None
    no_response: dict[str, Any] | None = None
