"""`tool_progress`: a tool is still running."""

from typing import Any

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ToolProgress"]


class ToolProgress(Framed, frozen=True, kw_only=True, tag="tool_progress"):
    """A heartbeat, every 30 s of a running tool or hook (CLI 2.1.329).

    `parent_tool_use_id` is the id of the tool call itself; `tool_use_id` is made up from it.
    """

    tool_use_id: str
    tool_name: str = ""
    parent_tool_use_id: str | None = None
    elapsed_time_seconds: int | float = 0
    heartbeat: bool = False
    task_id: str | None = None
    subagent_type: str | None = None
    subagent_retry: dict[str, Any] | None = None
