"""How often a tool was called, and how that went."""

from __future__ import annotations

import threading
from enum import Enum
from typing import Final

import msgspec

__all__ = ["Ended", "Tally", "ToolUsage"]

_LONGEST_ERROR: Final = 500


class Ended(Enum):
    """How a call ended."""

    WELL = "well"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ToolUsage(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one tool of one registry, as of a moment.

    Attributes:
        calls: how many were begun.
        running: of these, how many have not ended and are still waited for.
        failures: how many ended with an error for the model: wrong arguments, a `ToolError` or an
            error result, any other exception, an overrun deadline, an unsendable result.
        cancelled: how many nobody waited for any more before they ended.
        total_seconds: how long those that ended took together, waiting for a thread included.
        max_seconds: how long the longest took.
        last_error: the text of the last failure, or its head; None if there was none.
    """

    calls: int = 0
    running: int = 0
    failures: int = 0
    cancelled: int = 0
    total_seconds: float = 0.0
    max_seconds: float = 0.0
    last_error: str | None = None

    @property
    def mean_seconds(self) -> float:
        """How long a call took on average; 0 as long as none has ended."""
        ended = self.calls - self.running
        return self.total_seconds / ended if ended else 0.0


class Tally:
    """Counts the calls of one tool. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usage = ToolUsage()

    def begin(self) -> None:
        """Count a call that begins."""
        with self._lock:
            usage = self._usage
            self._usage = msgspec.structs.replace(
                usage, calls=usage.calls + 1, running=usage.running + 1
            )

    def end(self, how: Ended, seconds: float, error: str | None = None) -> None:
        """Count the end of a call that was begun."""
        with self._lock:
            usage = self._usage
            self._usage = msgspec.structs.replace(
                usage,
                running=usage.running - 1,
                failures=usage.failures + (how is Ended.FAILED),
                cancelled=usage.cancelled + (how is Ended.CANCELLED),
                total_seconds=usage.total_seconds + seconds,
                max_seconds=max(usage.max_seconds, seconds),
                last_error=usage.last_error if error is None else error[:_LONGEST_ERROR],
            )

    def failed_after_all(self, error: str) -> None:
        """Count a call that ended as cancelled as a failure instead: it was so for being late."""
        with self._lock:
            usage = self._usage
            self._usage = msgspec.structs.replace(
                usage,
                failures=usage.failures + 1,
                cancelled=usage.cancelled - 1,
                last_error=error[:_LONGEST_ERROR],
            )

    def snapshot(self) -> ToolUsage:
        """Return the numbers as of now; they belong together."""
        with self._lock:
            return self._usage
