"""Frames for tests: typed, with sensible defaults, equal when made twice.

Every function takes further members of its frame by keyword. :func:`wire` gives the line the CLI
would write::

    wire(result_success("Hello", prompt="p-1"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from greenroom_protocol.claude import (
    ApiRetry,
    Assistant,
    AssistantMessage,
    CanUseTool,
    CommandLifecycle,
    ContentBlockDelta,
    ControlCancelRequest,
    ControlError,
    ControlRequest,
    ControlResponse,
    ControlSuccess,
    HookCallback,
    McpMessage,
    MessageUsage,
    ModelUsage,
    Origin,
    RateLimitEvent,
    RateLimitInfo,
    Result,
    SessionStateChanged,
    StreamEvent,
    SystemInit,
    Text,
    TextDelta,
    Thinking,
    ToolResult,
    ToolUse,
    Usage,
    User,
    UserFrameMessage,
    encode_frame,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from greenroom_protocol.claude import Block, Frame

__all__ = [
    "MODEL",
    "SESSION_ID",
    "api_error",
    "api_retry",
    "assistant",
    "assistant_text",
    "can_use_tool",
    "cancel_request",
    "control_error",
    "control_success",
    "hook_callback",
    "lifecycle",
    "mcp_message",
    "rate_limit",
    "result_error",
    "result_success",
    "session_state",
    "system_init",
    "text_delta",
    "thinking",
    "tool_result",
    "tool_use",
    "unsolicited_result",
    "user_text",
    "whole_turn",
    "wire",
    "wire_all",
]

F = TypeVar("F")

SESSION_ID = "5e551011-0000-4000-8000-000000000001"
MODEL = "claude-opus-5-5"
COST_USD = 0.00014


def wire(frame: Frame) -> bytes:
    """The line the CLI would write for a frame, newline included."""
    return encode_frame(frame) + b"\n"


def wire_all(frames: Iterable[Frame]) -> bytes:
    """The lines of several frames."""
    return b"".join(wire(frame) for frame in frames)


def _make(cls: Callable[..., F], uuid: str, members: dict[str, Any], **given: Any) -> F:
    return cls(**({"uuid": uuid, "session_id": SESSION_ID} | given | members))


def system_init(*, prompts: Sequence[str] = (), **members: Any) -> SystemInit:
    """``system/init`` of a turn that answers these prompts."""
    return _make(
        SystemInit,
        "f-init",
        members,
        cwd="/srv/project",
        model=MODEL,
        tools=("Bash", "Edit", "Read", "Write"),
        permission_mode="default",
        claude_code_version="2.1.329",
        api_key_source="ANTHROPIC_API_KEY",
        user_message_uuids=tuple(prompts),
    )


def session_state(state: str, **members: Any) -> SessionStateChanged:
    """``session_state_changed``: ``running``, ``idle`` or ``requires_action``."""
    return _make(SessionStateChanged, "f-state", members, state=state, sdk_host_only=True)


def lifecycle(prompt: str, state: str, **members: Any) -> CommandLifecycle:
    """``command_lifecycle``: ``queued``, ``started``, ``completed`` or ``cancelled``."""
    return _make(CommandLifecycle, "f-lifecycle", members, command_uuid=prompt, state=state)


def assistant(block: Block, *, message_id: str = "msg_1", **members: Any) -> Assistant:
    """One block of the model's answer."""
    message = AssistantMessage(
        content=(block,),
        id=message_id,
        model=MODEL,
        usage=MessageUsage(input_tokens=10, output_tokens=1),
    )
    return _make(Assistant, "f-assistant", members, message=message)


def assistant_text(text: str = "Hello", **members: Any) -> Assistant:
    """A text block."""
    return assistant(Text(text=text), **members)


def thinking(text: str = "Let me think.", **members: Any) -> Assistant:
    """A thinking block."""
    return assistant(Thinking(thinking=text, signature="c2lnbmVk"), **members)


def tool_use(
    name: str = "Bash",
    tool_input: dict[str, Any] | None = None,
    *,
    tool_use_id: str = "toolu_1",
    **members: Any,
) -> Assistant:
    """A tool call."""
    given = {"command": "ls"} if tool_input is None else tool_input
    return assistant(ToolUse(id=tool_use_id, name=name, input=given), **members)


def tool_result(
    content: str = "ok",
    *,
    tool_use_id: str = "toolu_1",
    is_error: bool = False,
    **members: Any,
) -> User:
    """What a tool answered."""
    block = ToolResult(tool_use_id=tool_use_id, content=content, is_error=is_error)
    output: Any = f"Error: {content}" if is_error else {"stdout": content, "stderr": ""}
    message = UserFrameMessage(content=(block,))
    return _make(User, "f-user", members, message=message, tool_use_result=output)


def user_text(text: str, **members: Any) -> User:
    """A note on the user's side, such as ``[Request interrupted by user]``."""
    return _make(User, "f-user", members, message=UserFrameMessage(content=(Text(text=text),)))


def text_delta(text: str, *, index: int = 0, **members: Any) -> StreamEvent:
    """A piece of text while the model writes."""
    event = ContentBlockDelta(index=index, delta=TextDelta(text=text))
    return _make(StreamEvent, "f-event", members, event=event, api_message_id="msg_1")


def result_success(text: str = "Hello", *, prompt: str | None = None, **members: Any) -> Result:
    """The good end of the turn that answers ``prompt``.

    The totals are those of a conversation with this one turn.
    """
    return _result(prompt, members, subtype="success", is_error=False, result=text)


def result_error(
    subtype: str = "error_during_execution",
    *,
    errors: Sequence[str] = ("[ede_diagnostic] result_type=user",),
    prompt: str | None = None,
    **members: Any,
) -> Result:
    """The bad end of a turn, by one of the error subtypes."""
    return _result(
        prompt,
        members,
        subtype=subtype,
        is_error=True,
        errors=tuple(errors),
        stop_reason=None,
        terminal_reason="aborted_streaming",
    )


def api_error(
    status: int | None = 500,
    text: str = "API Error: 500 server_error",
    *,
    prompt: str | None = None,
    **members: Any,
) -> Result:
    """The end of a turn whose API request failed: ``success`` with ``is_error``."""
    return _result(
        prompt,
        members,
        subtype="success",
        is_error=True,
        result=text,
        api_error_status=status,
        terminal_reason="api_error",
        stop_reason="stop_sequence",
        total_cost_usd=0,
        usage=Usage(),
        model_usage={},
    )


def unsolicited_result(text: str = "The background task has finished.", **members: Any) -> Result:
    """The end of a turn that nobody asked for."""
    origin = Origin(kind="task-notification", producer="session-task")
    return result_success(text, **({"origin": origin} | members))


def _result(prompt: str | None, members: dict[str, Any], **given: Any) -> Result:
    covered = {"user_message_uuid": prompt, "user_message_uuids": (prompt,)} if prompt else {}
    usual = {
        "num_turns": 1,
        "stop_reason": "end_turn",
        "terminal_reason": "completed",
        "total_cost_usd": COST_USD,
        "usage": Usage(input_tokens=10, output_tokens=5),
        "model_usage": {MODEL: ModelUsage(input_tokens=10, output_tokens=5, cost_usd=COST_USD)},
        "duration_ms": 25,
        "duration_api_ms": 22,
        "result_index": 0,
    }
    return _make(Result, "f-result", members, **(usual | covered | given))


def api_retry(attempt: int = 1, *, status: int | None = 500, **members: Any) -> ApiRetry:
    """The CLI is about to try an API request again."""
    return _make(
        ApiRetry,
        "f-retry",
        members,
        attempt=attempt,
        error_status=status,
        max_retries=10,
        retry_delay_ms=500,
        error="server_error",
    )


def rate_limit(
    status: str = "rejected", *, resets_at: int | None = 1_999_999_999, **members: Any
) -> RateLimitEvent:
    """A limit of the plan changed its state."""
    info = RateLimitInfo(status=status, resets_at=resets_at, rate_limit_type="five_hour")
    return _make(RateLimitEvent, "f-limit", members, rate_limit_info=info)


def can_use_tool(
    name: str = "Bash",
    tool_input: dict[str, Any] | None = None,
    *,
    request_id: str = "q-1",
    tool_use_id: str = "toolu_1",
    **members: Any,
) -> ControlRequest:
    """The CLI asks for permission."""
    given = {"command": "ls"} if tool_input is None else tool_input
    request = CanUseTool(tool_name=name, input=given, tool_use_id=tool_use_id, **members)
    return ControlRequest(request_id=request_id, request=request)


def hook_callback(
    event: str = "PreToolUse",
    hook_input: dict[str, Any] | None = None,
    *,
    callback_id: str = "hook_0",
    request_id: str = "q-1",
) -> ControlRequest:
    """The CLI calls a hook."""
    common = {"hook_event_name": event, "session_id": SESSION_ID, "cwd": "/srv/project"}
    request = HookCallback(callback_id=callback_id, input=common | (hook_input or {}))
    return ControlRequest(request_id=request_id, request=request)


def mcp_message(
    message: dict[str, Any], *, server_name: str = "calc", request_id: str = "q-1"
) -> ControlRequest:
    """The CLI speaks to an in-process MCP server."""
    request = McpMessage(server_name=server_name, message=message)
    return ControlRequest(request_id=request_id, request=request)


def control_success(request_id: str, response: Any = None) -> ControlResponse:
    """The CLI carried a request out."""
    return ControlResponse(response=ControlSuccess(request_id=request_id, response=response))


def control_error(
    request_id: str, error: str = "refused", *, error_code: str | None = None
) -> ControlResponse:
    """The CLI refused a request."""
    failure = ControlError(request_id=request_id, error=error, error_code=error_code)
    return ControlResponse(response=failure)


def cancel_request(request_id: str = "q-1") -> ControlCancelRequest:
    """The CLI no longer waits for an answer."""
    return ControlCancelRequest(request_id=request_id)


def whole_turn(text: str = "Hello", *, prompt: str = "p-1") -> list[Frame]:
    """Every frame of a plain turn, in the order of the wire."""
    return [
        session_state("running"),
        lifecycle(prompt, "queued"),
        lifecycle(prompt, "started"),
        system_init(prompts=[prompt]),
        assistant_text(text, user_message_uuid=prompt, user_message_uuids=(prompt,)),
        result_success(text, prompt=prompt),
        lifecycle(prompt, "completed"),
        session_state("idle"),
    ]
