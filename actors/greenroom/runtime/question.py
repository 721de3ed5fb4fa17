"""A message that is asked, with the future that its sender waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import msgspec

if TYPE_CHECKING:
    from greenroom.runtime.future import Future

__all__ = ["Question"]


@final
class Question(msgspec.Struct):
    """What lies in a mailbox for a message that is asked. One that is told lies there as it is.

    Attributes:
        message: what is asked.
        answer: where the answer goes.
    """

    message: Any
    answer: Future[Any]
