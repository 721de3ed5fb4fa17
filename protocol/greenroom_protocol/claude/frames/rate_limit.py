"""`rate_limit_event`: how much of the plan's allowance is left."""

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = ["RateLimitEvent", "RateLimitInfo"]


class RateLimitInfo(Wire, frozen=True, kw_only=True, rename="camel"):
    """State of one limit.

    `status` is `allowed`, `allowed_warning` or `rejected`; `resets_at` is in seconds since the
    epoch; `rate_limit_type` is `five_hour`, `seven_day` …; `utilization` is between 0 and 1.
    """

    status: str
    resets_at: int | float | None = None
    rate_limit_type: str | None = None
    utilization: int | float | None = None
    surpassed_threshold: int | float | None = None
    is_using_overage: bool | None = None
    overage_status: str | None = None
    overage_resets_at: int | float | None = None
    overage_disabled_reason: str | None = None
    overage_in_use: bool | None = None
    overage_enabled: bool | None = None
    limit_scope: str | None = None
    error_code: str | None = None
    can_user_purchase_credits: bool | None = None


class RateLimitEvent(Framed, frozen=True, kw_only=True, tag="rate_limit_event"):
    """A limit changed its state; only with an OAuth login, before the turn's result.

    Source: CLI 2.1.329.
    """

    rate_limit_info: RateLimitInfo
