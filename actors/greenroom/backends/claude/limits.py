"""When a limit of the account resets, as CLI 2.1.329 tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenroom_protocol.claude import Assistant

__all__ = ["reset_of"]


def reset_of(frame: Assistant, announced: float | None) -> float | None:
    """Return when the limit that failed a turn resets, in Unix seconds.

    Args:
        frame: the message that the CLI made up for the failure. It tells it each time.
        announced: what an event of its own has told in the same turn; there is one when the limits
            have changed, and none for the second failure by the same limit.
    """
    info = (frame.api_error_params or {}).get("rate_limit_info")
    told = info.get("resetsAt") if isinstance(info, Mapping) else None
    return float(told) if isinstance(told, int | float) else announced
