"""`system/ui_invalidate`: a front end should draw again."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["UiInvalidate"]


class UiInvalidate(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="ui_invalidate"):
    """Something shown is out of date (CLI 2.1.329, in no type file)."""

    event: str | None = None
