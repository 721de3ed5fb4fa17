"""A message on its way, with the future that its sender waits for, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from greenroom.runtime.future import Future

__all__ = ["Envelope"]


class Envelope(msgspec.Struct):
    """What lies in a mailbox. A Struct is made in half the time of pykka's envelope.

    Attributes:
        message: what is sent.
        reply_to: where the answer goes; None when it is told, not asked.
    """

    message: Any
    reply_to: Future[Any] | None = None
