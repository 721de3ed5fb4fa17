"""Hooks around tool calls."""

from typing import Any

from greenroom_protocol.claude.hook_inputs.base import HookInput
from greenroom_protocol.claude.provenance import McpServerProvenance
from greenroom_protocol.wire import Wire

__all__ = [
    "BatchedToolCall",
    "PermissionDeniedInput",
    "PermissionRequestInput",
    "PostToolBatchInput",
    "PostToolUseFailureInput",
    "PostToolUseInput",
    "PreToolUseInput",
]


class BatchedToolCall(Wire, frozen=True, kw_only=True):
    """One tool call of a batch."""

    tool_name: str
    tool_input: Any = None
    tool_use_id: str = ""
    tool_response: Any = None


class PreToolUseInput(HookInput, frozen=True, kw_only=True, tag="PreToolUse"):
    """A tool is about to run; the answer may allow, deny or change it."""

    tool_name: str
    tool_input: Any
    tool_use_id: str = ""
    mcp_server: McpServerProvenance | None = None


class PostToolUseInput(HookInput, frozen=True, kw_only=True, tag="PostToolUse"):
    """A tool has run. `duration_ms` does not count the permission question."""

    tool_name: str
    tool_input: Any
    tool_response: Any = None
    tool_use_id: str = ""
    duration_ms: int | float | None = None
    mcp_server: McpServerProvenance | None = None


class PostToolUseFailureInput(HookInput, frozen=True, kw_only=True, tag="PostToolUseFailure"):
    """A tool has failed or was interrupted."""

    tool_name: str
    tool_input: Any
    error: str = ""
    tool_use_id: str = ""
    is_interrupt: bool = False
    duration_ms: int | float | None = None
    mcp_server: McpServerProvenance | None = None


class PostToolBatchInput(HookInput, frozen=True, kw_only=True, tag="PostToolBatch"):
    """All tool calls of one API message have their results."""

    tool_calls: tuple[BatchedToolCall, ...]


class PermissionRequestInput(HookInput, frozen=True, kw_only=True, tag="PermissionRequest"):
    """A permission question is open; `can_use_tool` is asked too, and the first answer wins."""

    tool_name: str
    tool_input: Any
    tool_use_id: str = ""
    permission_suggestions: tuple[dict[str, Any], ...] = ()
    mcp_server: McpServerProvenance | None = None


class PermissionDeniedInput(HookInput, frozen=True, kw_only=True, tag="PermissionDenied"):
    """A tool call was refused. Source: type files of CLI 2.1.329; never seen."""

    tool_name: str
    tool_input: Any
    tool_use_id: str = ""
    reason: str = ""
    mcp_server: McpServerProvenance | None = None
