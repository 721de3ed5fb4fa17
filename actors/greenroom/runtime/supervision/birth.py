"""What came of an attempt to start a child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.runtime.supervision.errors import AlreadyStarted, FailedToStartChild

if TYPE_CHECKING:
    from collections.abc import Hashable

    from greenroom.runtime.supervision.life import Life

__all__ = ["Birth"]


class Birth(msgspec.Struct, frozen=True, kw_only=True):
    """How a start went.

    Attributes:
        outcome: what it gave.
        life: what came of that; None if it gave IGNORE, or nothing.
        error: what kept it from giving anything.
    """

    outcome: Any = None
    life: Life | None = None
    error: BaseException | None = None

    def answer(self, child_id: Hashable) -> Any:
        """Return the outcome, for who asked for the start.

        Raises:
            AlreadyStarted: the start said so.
            FailedToStartChild: it failed otherwise.
        """
        if self.error is None:
            return self.outcome
        if isinstance(self.error, AlreadyStarted):
            raise self.error
        raise FailedToStartChild(child_id, self.error)
