"""`system/status`: requesting, compacting, or a new permission mode."""

from msgspec import field

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["Status"]


class Status(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="status"):
    """`status` is `requesting`, `compacting` or None.

    `permission_mode` is set when the mode changed, `compact_result` and `compact_error` when a
    compaction ended. Source: CLI 2.1.329.
    """

    status: str | None = None
    permission_mode: str | None = field(default=None, name="permissionMode")
    compact_result: str | None = None
    compact_error: str | None = None
    user_message_uuids: tuple[str, ...] = ()
