"""`result`: the end of a turn."""

from typing import Any

from msgspec import UNSET, field

from greenroom_protocol.claude.frames.base import Framed, Origin
from greenroom_protocol.claude.usage import ModelUsage, Usage
from greenroom_protocol.wire import Wire

__all__ = ["DeferredToolUse", "PermissionDenial", "Result"]


class PermissionDenial(Wire, frozen=True, kw_only=True):
    """A tool call that was not allowed."""

    tool_name: str
    tool_use_id: str = ""
    tool_input: Any = None


class DeferredToolUse(Wire, frozen=True, kw_only=True):
    """The tool call at which a hook stopped the turn with `defer`."""

    id: str
    name: str
    input: Any = None


class Result(Framed, frozen=True, kw_only=True, tag="result"):
    """One turn has ended. There is one per turn, not per prompt, and some nobody asked for.

    `subtype` is `success`, `error_during_execution`, `error_max_turns`, `error_max_budget_usd` or
    `error_max_structured_output_retries`. **`success` does not mean success**: every failed
    request is a `success` with `is_error`.

    `user_message_uuids` are the prompts it covers (at most 64). A turn that a background task
    started has none, and `origin.kind` is `task-notification`.

    `result` is the final text or the error's text, `errors` the texts of the error subtypes.
    `structured_output` is `UNSET` unless the model gave any, even when a schema was asked for.
    `num_turns` is one more than the number of `user` frames, 0 for local commands.
    `total_cost_usd` and `model_usage` are running totals of the conversation, `usage` and
    `model_usage_since_last_result` belong to the turn. `result_index` counts from 0 per process; a
    gap means loss. Durations are milliseconds. Source: CLI 2.1.329.
    """

    subtype: str
    is_error: bool
    result: str | None = None
    errors: tuple[str, ...] = ()
    structured_output: Any = UNSET
    num_turns: int = 0
    stop_reason: str | None = None
    terminal_reason: str | None = None
    api_error_status: int | None = None
    api_error_type: str | None = None
    api_error: str | None = None
    total_cost_usd: int | float = 0
    usage: Usage = Usage()
    model_usage: dict[str, ModelUsage] = field(default_factory=dict, name="modelUsage")
    model_usage_since_last_result: dict[str, ModelUsage] | None = None
    permission_denials: tuple[PermissionDenial, ...] = ()
    deferred_tool_use: DeferredToolUse | None = None
    user_message_uuid: str | None = None
    user_message_uuids: tuple[str, ...] = ()
    origin: Origin | None = None
    queued_turn_count: int | None = None
    result_index: int | None = None
    local_command: str | None = None
    startup_failure_reason: str | None = None
    invalid_config_file: dict[str, Any] | None = None
    credential_expires_at: str | None = None
    resume_reason: str | None = None
    duration_ms: int | float = 0
    duration_api_ms: int | float = 0
    ttft_ms: int | float | None = None
    ttft_stream_ms: int | float | None = None
    time_to_request_ms: int | float | None = None
    first_content_frame_ms: int | float | None = None
    request_sent_wall_ms: int | float | None = None
    first_request_input_tokens: int | None = None
    first_request_cache_read_input_tokens: int | None = None
    fast_mode_state: str | None = None
    fast_mode_disabled_reason: str | None = None
    safety_stops: int | None = None
    subagent_stats: dict[str, Any] | None = None
