"""How a callback failed."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["CallbackFailure", "CallbackFault"]


class CallbackFault(StrEnum):
    """What went wrong with a callback."""

    RAISED = "raised"
    """It raised."""

    OVERDUE = "overdue"
    """It had not answered by its deadline."""

    BAD_ANSWER = "bad_answer"
    """What it answered is of a wrong type, or cannot be sent."""

    CANCELLED = "cancelled"
    """Nobody waited for its answer any more: its turn ended, or the CLI withdrew the question."""

    UNREACHABLE = "unreachable"
    """It could not be run: its event loop is closed, or the system is."""


class CallbackFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A callback that failed: the CLI got the closed answer, and the turn went on.

    Attributes:
        callback: which, as in ``"hook PreToolUse check_path"``.
        fault: what went wrong.
        message: what happened, secrets of the session taken out.
        error_type: class of what it raised. A model may be told it; `message` it is told of tools
            alone.
        seconds: how long it had run.
        tool_use_id: the tool call it was about, if it was about one.
    """

    callback: str
    fault: CallbackFault
    message: str
    error_type: str | None = None
    seconds: float = 0.0
    tool_use_id: str | None = None
