"""The account of the processes that a session lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.runtime.restart_window import RestartWindow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from greenroom.values.recovery import Recovery

__all__ = ["Losses"]


class Losses:
    """Says when the next process may start, and when there is to be none.

    Args:
        policy: how many are too many.
        now: the present moment, in seconds of the session's clock.
        ages: how many seconds ago those were that are known from before.
    """

    def __init__(self, policy: Recovery, now: float, ages: Iterable[float] = ()) -> None:
        self._policy = policy
        self._random: Random | None = None
        self._window = RestartWindow(policy.intensity, policy.period)
        self.in_a_row = 0
        for age in sorted(ages, reverse=True):
            self._window.enter(now - age)
            self.in_a_row += 1

    def enter(self, now: float) -> float | None:
        """Enter a loss; return the seconds to wait before the next process, None to give up."""
        self.in_a_row += 1
        if self._window.enter(now):
            return None
        return self._policy.backoff.delay(self.in_a_row, self._chance())

    def clear(self) -> None:
        """A turn completed: what went wrong before does not matter any more."""
        if self.in_a_row:
            self.in_a_row = 0
            self._window = RestartWindow(self._policy.intensity, self._policy.period)

    def _chance(self) -> Random:
        if self._random is None:
            from random import Random  # noqa: PLC0415 - most sessions lose no process

            self._random = Random()  # noqa: S311 - it spreads restarts, it guards nothing
        return self._random
