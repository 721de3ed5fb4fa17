"""`tool_use_summary`: what a run of tool calls was about."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ToolUseSummary"]


class ToolUseSummary(Framed, frozen=True, kw_only=True, tag="tool_use_summary"):
    """One sentence about the tool calls `preceding_tool_use_ids`.

    Source: type files of CLI 2.1.329; never seen on the wire.
    """

    summary: str
    preceding_tool_use_ids: tuple[str, ...] = ()
