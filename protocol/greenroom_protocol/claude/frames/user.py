"""`user`: tool results, notes of the CLI, echoes of prompts."""

from typing import Any

from msgspec import field

from greenroom_protocol.claude.frames.base import Framed, Origin
from greenroom_protocol.claude.message import UserFrameMessage
from greenroom_protocol.wire import Wire

__all__ = ["PermissionDecision", "ToolResultMeta", "User"]


class PermissionDecision(Wire, frozen=True, kw_only=True):
    """How a tool call was decided.

    `decision` is `accept` or `reject`; `source` is `config`, `hook`, `user_temporary`,
    `user_reject` …
    """

    decision: str | None = None
    source: str | None = None
    reason_type: str | None = None


class ToolResultMeta(Wire, frozen=True, kw_only=True):
    """About the result of the tool call `id`.

    `non_execution_kind` tells why the tool did not run: `permission-rule`, `user-rejected`,
    `interrupted`, `cancelled`.
    """

    id: str
    permission_decision: PermissionDecision | None = None
    non_execution_kind: str | None = None


class User(Framed, frozen=True, kw_only=True, tag="user"):
    """Something on the user's side of the conversation.

    `tool_use_result` is the tool's structured output: an object, a *text* (errors) or a *list*
    (MCP). `is_synthetic` marks text that the CLI added; `is_replay` an echo, which comes after
    `set_model` even when no echo was asked for. Interrupts add the text
    `[Request interrupted by user]`. Source: CLI 2.1.329.
    """

    message: UserFrameMessage
    parent_tool_use_id: str | None = None
    tool_use_result: Any = None
    tool_result_meta: tuple[ToolResultMeta, ...] = ()
    is_synthetic: bool = field(default=False, name="isSynthetic")
    is_replay: bool = field(default=False, name="isReplay")
    timestamp: str | None = None
    priority: str | None = None
    origin: Origin | None = None
    agent_id: str | None = None
    subagent_type: str | None = None
    task_description: str | None = None
    refused_message_id: str | None = None
    file_attachments: Any = None
