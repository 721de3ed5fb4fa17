"""The events of hooks: what a matcher is compared with, and what an answer may do (CLI 2.1.329)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom_protocol.claude.control import hook_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom_protocol.claude.control import HookOutput

__all__ = ["EVENTS", "NEW_EVENT", "Event"]


class Event(NamedTuple):
    """What is known of one event.

    Attributes:
        matches: what a matcher is compared with; None: the event takes none.
        decides: whether ``decision`` can block what the event announces.
        output: its own part of an answer; None: it has none.
    """

    matches: str | None
    decides: bool
    output: type[HookOutput] | None

    @property
    def takes_context(self) -> bool:
        """Whether an answer may add to what the model is told."""
        return self.output is not None and "additional_context" in self.output.__struct_fields__


_MATCHES: Final[dict[str, str | None]] = {
    "PreToolUse": "tool_name",
    "PostToolUse": "tool_name",
    "PostToolUseFailure": "tool_name",
    "PostToolBatch": None,
    "PermissionRequest": "tool_name",
    "PermissionDenied": "tool_name",
    "UserPromptSubmit": None,
    "UserPromptExpansion": "command_name",
    "Stop": None,
    "StopFailure": "error",
    "SubagentStart": "agent_type",
    "SubagentStop": "agent_type",
    "MessageDisplay": None,
    "SessionStart": "source",
    "SessionEnd": "reason",
    "Setup": "trigger",
    "PreCompact": "trigger",
    "PostCompact": "trigger",
    "PreModelSwitch": "to_model",
    "PostModelSwitch": "to_model",
    "Notification": "notification_type",
    "ConfigChange": "source",
    "InstructionsLoaded": "load_reason",
    "TeammateIdle": None,
    "TaskCreated": None,
    "TaskCompleted": None,
    "Elicitation": "mcp_server_name",
    "ElicitationResult": "mcp_server_name",
    "WorktreeCreate": None,
    "WorktreeRemove": None,
    "CwdChanged": None,
    "FileChanged": "name of the file",
    "DirectoryAdded": "source",
}

# Others read `decision` as no opinion: for a PermissionRequest a block would change nothing.
_DECIDING: Final = frozenset(
    {
        "PreToolUse",
        "PostToolUse",
        "PostToolUseFailure",
        "PostToolBatch",
        "UserPromptSubmit",
        "UserPromptExpansion",
        "Stop",
        "SubagentStop",
        "PreCompact",
        "PreModelSwitch",
        "ConfigChange",
    }
)

EVENTS: Final[Mapping[str, Event]] = {
    name: Event(matches, name in _DECIDING, hook_outputs.OUTPUTS.get(name))
    for name, matches in _MATCHES.items()
}
"""All events of the CLI, by name."""

NEW_EVENT: Final = Event("whatever it is about", decides=True, output=None)
"""Stands for an event that is not known here: nothing about it can be checked."""
