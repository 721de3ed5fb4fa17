"""`assistant`: a block the model wrote, or a message the CLI wrote in its name."""

from typing import Any

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.claude.message import AssistantMessage
from greenroom_protocol.wire import Wire

__all__ = ["Assistant", "ToolUseMeta"]


class ToolUseMeta(Wire, frozen=True, kw_only=True):
    """Display names of an MCP tool call."""

    id: str
    display_name: str | None = None
    server_display_name: str | None = None
    tool_name: str | None = None


class Assistant(Framed, frozen=True, kw_only=True, tag="assistant"):
    """One block of an API message; its siblings have the same `message.id`.

    `parent_tool_use_id` names the `Agent` call when a sub-agent wrote it. `error` marks a message
    that the CLI made up for a failed request (`rate_limit`, `authentication_failed`,
    `max_output_tokens` …); a `result` with `is_error` follows. `aborted` marks text that an
    interrupt cut. `user_message_uuids` stand on the first main-thread frame of a turn and name the
    prompts it answers. Source: CLI 2.1.329.
    """

    message: AssistantMessage
    parent_tool_use_id: str | None = None
    request_id: str | None = None
    timestamp: str | None = None
    user_message_uuid: str | None = None
    user_message_uuids: tuple[str, ...] = ()
    error: str | None = None
    is_api_error_message: bool = False
    api_error_status: int | None = None
    api_error_type: str | None = None
    api_error: str | None = None
    api_error_params: dict[str, Any] | None = None
    aborted: bool = False
    agent_id: str | None = None
    subagent_type: str | None = None
    task_description: str | None = None
    tool_use_meta: tuple[ToolUseMeta, ...] = ()
    thinking_duration_ms: int | float | None = None
    thinking_display: str | None = None
    local_command_source: str | None = None
    local_command_run: dict[str, Any] | None = None
    local_command_outcome: dict[str, Any] | None = None
    context_usage: dict[str, Any] | None = None
    usage_report: dict[str, Any] | None = None
    refused_message_id: str | None = None
    supersedes: tuple[str, ...] = ()
    resume_reason: str | None = None
    resumed_from_incomplete_thinking: bool = False
