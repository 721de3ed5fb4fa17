"""`system/session_title_changed`: the session has a name."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["SessionTitleChanged"]


class SessionTitleChanged(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="session_title_changed"
):
    """The session was renamed (CLI 2.1.329, in no type file)."""

    title: str | None = None
