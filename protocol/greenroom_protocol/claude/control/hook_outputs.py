"""What a hook has to say about its own event, one class per event (CLI 2.1.329).

The CLI takes an output for no opinion when one member is of a wrong type, and leaves out members
that it does not know. Members left at UNSET are not sent.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

from greenroom_protocol.claude.control.permissions import PermissionAllow, PermissionDeny

__all__ = [
    "OUTPUTS",
    "CwdChangedOutput",
    "ElicitationOutput",
    "ElicitationResultOutput",
    "FileChangedOutput",
    "HookOutput",
    "MessageDisplayOutput",
    "ModelSwitchOutput",
    "NotificationOutput",
    "PermissionDeniedOutput",
    "PermissionRequestOutput",
    "PostModelSwitchOutput",
    "PostToolBatchOutput",
    "PostToolUseFailureOutput",
    "PostToolUseOutput",
    "PreToolUseOutput",
    "SessionStartOutput",
    "SetupOutput",
    "StopOutput",
    "SubagentStartOutput",
    "SubagentStopOutput",
    "UserPromptExpansionOutput",
    "UserPromptSubmitOutput",
    "WorktreeCreateOutput",
]


class HookOutput(
    Struct,
    frozen=True,
    kw_only=True,
    tag_field="hookEventName",
    rename="camel",
    forbid_unknown_fields=True,
):
    """Base of all outputs; the tag is the name of the event."""


class PreToolUseOutput(HookOutput, frozen=True, kw_only=True, tag="PreToolUse"):
    """Decide about a tool call; `defer` ends the turn with `deferred_tool_use`."""

    permission_decision: Literal["allow", "deny", "ask", "defer"] | UnsetType = UNSET
    permission_decision_reason: str | UnsetType = UNSET
    updated_input: Mapping[str, Any] | UnsetType = UNSET
    additional_context: str | UnsetType = UNSET


class PostToolUseOutput(HookOutput, frozen=True, kw_only=True, tag="PostToolUse"):
    """Add to or replace what the model sees; a replacement has the shape of the tool's output.

    `classifier_context` is for the classifier of the mode `auto`.
    """

    additional_context: str | UnsetType = UNSET
    updated_tool_output: Any | UnsetType = UNSET
    updated_mcp_tool_output: Any | UnsetType = field(default=UNSET, name="updatedMCPToolOutput")
    classifier_context: str | UnsetType = UNSET


class PostToolUseFailureOutput(HookOutput, frozen=True, kw_only=True, tag="PostToolUseFailure"):
    """Add to what the model sees of a tool that failed."""

    additional_context: str | UnsetType = UNSET


class PostToolBatchOutput(HookOutput, frozen=True, kw_only=True, tag="PostToolBatch"):
    """Add to what the model sees of the tools it called."""

    additional_context: str | UnsetType = UNSET


class PermissionRequestOutput(HookOutput, frozen=True, kw_only=True, tag="PermissionRequest"):
    """Answer a permission prompt; `can_use_tool` is asked at the same time, the first one wins."""

    decision: PermissionAllow | PermissionDeny


class PermissionDeniedOutput(HookOutput, frozen=True, kw_only=True, tag="PermissionDenied"):
    """Tell the model that it may try a call again that the mode `auto` refused."""

    retry: bool | UnsetType = UNSET


class UserPromptSubmitOutput(HookOutput, frozen=True, kw_only=True, tag="UserPromptSubmit"):
    """Add to a prompt, name the session, or keep a blocked prompt out of the text about it."""

    additional_context: str | UnsetType = UNSET
    session_title: str | UnsetType = UNSET
    suppress_original_prompt: bool | UnsetType = UNSET


class UserPromptExpansionOutput(HookOutput, frozen=True, kw_only=True, tag="UserPromptExpansion"):
    """Add to an expanded prompt, or keep a blocked one out of the text about it."""

    additional_context: str | UnsetType = UNSET
    suppress_original_prompt: bool | UnsetType = UNSET


class StopOutput(HookOutput, frozen=True, kw_only=True, tag="Stop"):
    """Tell the model something; it goes on, so that it can act on it."""

    additional_context: str | UnsetType = UNSET


class SubagentStartOutput(HookOutput, frozen=True, kw_only=True, tag="SubagentStart"):
    """Add to what a sub-agent is told."""

    additional_context: str | UnsetType = UNSET


class SubagentStopOutput(HookOutput, frozen=True, kw_only=True, tag="SubagentStop"):
    """Tell a sub-agent something; it goes on, so that it can act on it."""

    additional_context: str | UnsetType = UNSET


class SessionStartOutput(HookOutput, frozen=True, kw_only=True, tag="SessionStart"):
    """Add to a conversation that starts; `watch_paths` are absolute and fire FileChanged."""

    additional_context: str | UnsetType = UNSET
    initial_user_message: str | UnsetType = UNSET
    session_title: str | UnsetType = UNSET
    watch_paths: Sequence[str] | UnsetType = UNSET
    reload_skills: bool | UnsetType = UNSET


class SetupOutput(HookOutput, frozen=True, kw_only=True, tag="Setup"):
    """Add to what the model is told."""

    additional_context: str | UnsetType = UNSET


class ModelSwitchOutput(HookOutput, frozen=True, kw_only=True, tag="PreModelSwitch"):
    """Decide about a change of the model; without a terminal, `ask` refuses it."""

    permission_decision: Literal["allow", "deny", "ask"] | UnsetType = UNSET
    permission_decision_reason: str | UnsetType = UNSET


class PostModelSwitchOutput(HookOutput, frozen=True, kw_only=True, tag="PostModelSwitch"):
    """Add to the next request to the new model."""

    additional_context: str | UnsetType = UNSET


class NotificationOutput(HookOutput, frozen=True, kw_only=True, tag="Notification"):
    """Add to what the model is told."""

    additional_context: str | UnsetType = UNSET


class ElicitationOutput(HookOutput, frozen=True, kw_only=True, tag="Elicitation"):
    """Answer an MCP server's question in place of the user."""

    action: Literal["accept", "decline", "cancel"] | UnsetType = UNSET
    content: Mapping[str, Any] | UnsetType = UNSET


class ElicitationResultOutput(HookOutput, frozen=True, kw_only=True, tag="ElicitationResult"):
    """Change the user's answer before the MCP server gets it."""

    action: Literal["accept", "decline", "cancel"] | UnsetType = UNSET
    content: Mapping[str, Any] | UnsetType = UNSET


class WorktreeCreateOutput(HookOutput, frozen=True, kw_only=True, tag="WorktreeCreate"):
    """The absolute path of the worktree that the hook has made."""

    worktree_path: str


class CwdChangedOutput(HookOutput, frozen=True, kw_only=True, tag="CwdChanged"):
    """Paths, absolute, whose changes fire FileChanged from now on."""

    watch_paths: Sequence[str] | UnsetType = UNSET


class FileChangedOutput(HookOutput, frozen=True, kw_only=True, tag="FileChanged"):
    """Paths, absolute, whose changes fire FileChanged from now on."""

    watch_paths: Sequence[str] | UnsetType = UNSET


class MessageDisplayOutput(HookOutput, frozen=True, kw_only=True, tag="MessageDisplay"):
    """Replace the text that is shown; the message itself stays as it is."""

    display_content: str | UnsetType = UNSET


OUTPUTS: Mapping[str, type[HookOutput]] = {
    str(kind.__struct_config__.tag): kind for kind in HookOutput.__subclasses__()
}
"""The output of every event that has one, by its name."""
