"""What servers tell about themselves while they work."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["LogMessage"]


class LogMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a server's log.

    Attributes:
        level: ``debug``, ``info``, ``notice``, ``warning``, ``error``, ``critical``, ``alert`` or
            ``emergency``; or what else the server sent.
        data: text, or data of any shape, without secrets; a text of 10,000 characters in place of
            more.
        logger: who in the server says so.
    """

    level: str
    data: Any
    logger: str | None = None
