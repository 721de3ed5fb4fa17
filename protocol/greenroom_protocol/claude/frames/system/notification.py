"""`system/notification`: a short-lived note."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["Notification"]


class Notification(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="notification"):
    """A note; a later one with the same `key` replaces it.

    `priority` is `low`, `medium`, `high` or `immediate`. Source: CLI 2.1.329.
    """

    key: str
    text: str = ""
    priority: str = ""
    color: str | None = None
    timeout_ms: int | float | None = None
