"""Whether a failure means that the CLI cannot go on with a conversation, whatever it is asked.

A prompt that the API refuses stays in the transcript, and is sent again with every later one; a
history that was damaged is, too. The CLI itself heals a tool call that was cut off (2.1.329).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from greenroom.values.ladder import Impasse

if TYPE_CHECKING:
    from greenroom.values.outcomes import TurnError
    from greenroom_protocol.claude import Result

__all__ = ["impasse_of", "is_refusal"]

_MISSING: Final = "resume_not_found"

_DAMAGED: Final = "tool_history_mismatch"
"""What the CLI calls tool calls without results and the like."""

_OF_HISTORY: Final = re.compile(
    r"`?thinking`? .*blocks? .*cannot be modified|invalid `?signature`? in `?thinking",
    re.IGNORECASE | re.DOTALL,
)
"""What the API says of blocks that no prompt has."""

_BAD_REQUEST: Final = 400
_PLAIN: Final = "api_error"


def is_refusal(result: Result) -> bool:
    """Whether the API refused what it was sent, for a reason that the CLI has no name for."""
    return (
        result.is_error
        and result.api_error_status == _BAD_REQUEST
        and result.terminal_reason == _PLAIN
        and result.api_error is None
    )


def impasse_of(
    error: TurnError | None, result: Result | None = None, *, refused_before: bool = False
) -> Impasse | None:
    """Return why the conversation cannot be gone on with after `error`; None: it can.

    Args:
        error: what became of the turn.
        result: the frame that told it.
        refused_before: whether the turn before it was refused as well, perhaps in a process that
            went on with the same history.
    """
    if error is None:
        return None
    if error.code == _MISSING:
        return Impasse.MISSING
    if result is None or result.api_error_status != _BAD_REQUEST:
        return None
    damaged = result.api_error == _DAMAGED or _OF_HISTORY.search(error.message) is not None
    if damaged:
        return Impasse.POISONED
    return Impasse.REFUSED if refused_before and is_refusal(result) else None
