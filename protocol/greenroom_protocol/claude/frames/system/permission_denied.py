"""`system/permission_denied`: a tool call was refused without asking."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["PermissionDenied"]


class PermissionDenied(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="permission_denied"
):
    """A rule, mode or hook refused the call `tool_use_id` (CLI 2.1.329)."""

    tool_name: str
    tool_use_id: str = ""
    message: str = ""
    decision_reason_type: str | None = None
    decision_reason: str | None = None
    agent_id: str | None = None
