"""Hooks around turns, messages and sub-agents."""

from typing import Any

from greenroom_protocol.claude.hook_inputs.base import HookInput

__all__ = [
    "MessageDisplayInput",
    "StopFailureInput",
    "StopInput",
    "SubagentStartInput",
    "SubagentStopInput",
    "UserPromptExpansionInput",
    "UserPromptSubmitInput",
]


class UserPromptSubmitInput(HookInput, frozen=True, kw_only=True, tag="UserPromptSubmit"):
    """A prompt is about to start a turn."""

    prompt: str


class UserPromptExpansionInput(HookInput, frozen=True, kw_only=True, tag="UserPromptExpansion"):
    """A slash command or an MCP prompt was expanded. From the type files, never seen."""

    prompt: str
    expansion_type: str | None = None
    command_name: str | None = None
    command_args: str | None = None
    command_source: str | None = None


class StopInput(HookInput, frozen=True, kw_only=True, tag="Stop"):
    """The turn is about to end; `stop_hook_active` if a Stop hook has prolonged it already."""

    stop_hook_active: bool = False
    last_assistant_message: str | None = None
    background_tasks: tuple[dict[str, Any], ...] = ()
    session_crons: tuple[dict[str, Any], ...] = ()


class StopFailureInput(HookInput, frozen=True, kw_only=True, tag="StopFailure"):
    """The turn ended with an API error; fires instead of Stop."""

    error: str
    error_details: str | None = None
    last_assistant_message: str | None = None


class SubagentStartInput(HookInput, frozen=True, kw_only=True, tag="SubagentStart"):
    """A sub-agent starts."""

    agent_id: str


class SubagentStopInput(HookInput, frozen=True, kw_only=True, tag="SubagentStop"):
    """A sub-agent is about to end."""

    agent_id: str
    agent_transcript_path: str | None = None
    stop_hook_active: bool = False
    last_assistant_message: str | None = None
    background_tasks: tuple[dict[str, Any], ...] = ()
    session_crons: tuple[dict[str, Any], ...] = ()


class MessageDisplayInput(HookInput, frozen=True, kw_only=True, tag="MessageDisplay"):
    """A piece of text is about to be shown; costs a round trip for each."""

    turn_id: str | None = None
    message_id: str | None = None
    index: int = 0
    final: bool = False
    delta: str = ""
