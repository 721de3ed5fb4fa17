"""The turns that have no outcome yet: for who has to say what a shutdown cuts short."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from greenroom.runtime import Future
    from greenroom.values.outcomes import Outcome

__all__ = ["Unfinished"]


@final
class Unfinished:
    """A set of turn ids that each leave by themselves. Safe from any thread."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def enter(self, turn_id: str, outcome: Future[Outcome]) -> None:
        """Hold `turn_id` until `outcome` is set."""
        self._ids[turn_id] = None
        outcome.add_done_callback(lambda _error: self._ids.pop(turn_id, None))

    def ids(self) -> tuple[str, ...]:
        """Return all that are unfinished now, in the order in which they were asked."""
        return tuple(self._ids.copy())
