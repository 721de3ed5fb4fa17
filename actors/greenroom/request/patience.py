"""How long a process may still be held back for a slow reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from greenroom.runtime.clock import Clock

__all__ = ["Patience"]


@final
class Patience:
    """Time that holding a process back uses up, and that its running gives back.

    So a reader that always catches up just in time cannot keep what the CLI asks waiting again and
    again: in the long run a process runs for as long as it was held back, less `seconds`.

    Args:
        seconds: the most there ever is, and what there is at first.
        clock: tells the time.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = self._left = seconds
        self._clock = clock
        self._since = clock.now()
        self._held = False

    def hold(self) -> float:
        """Take note that the process is held back; return for how long it may be."""
        self._count()
        self._held = True
        return self._left

    def release(self) -> None:
        """Take note that it goes on."""
        self._count()
        self._held = False

    def _count(self) -> None:
        now = self._clock.now()
        passed, self._since = now - self._since, now
        left = self._left + (-passed if self._held else passed)
        self._left = min(self._seconds, max(0.0, left))
