"""Hooks about teams, MCP questions and the file system, known from type files only."""

from typing import Any

from greenroom_protocol.claude.hook_inputs.base import HookInput

__all__ = [
    "CwdChangedInput",
    "DirectoryAddedInput",
    "ElicitationInput",
    "ElicitationResultInput",
    "FileChangedInput",
    "TaskCompletedInput",
    "TaskCreatedInput",
    "TeammateIdleInput",
    "WorktreeCreateInput",
    "WorktreeRemoveInput",
]


class TeammateIdleInput(HookInput, frozen=True, kw_only=True, tag="TeammateIdle"):
    """A teammate has nothing to do."""

    teammate_name: str
    team_name: str | None = None


class TaskCreatedInput(HookInput, frozen=True, kw_only=True, tag="TaskCreated"):
    """A task was put on the list."""

    task_id: str
    task_subject: str = ""
    task_description: str | None = None
    teammate_name: str | None = None
    team_name: str | None = None


class TaskCompletedInput(HookInput, frozen=True, kw_only=True, tag="TaskCompleted"):
    """A task was ticked off."""

    task_id: str
    task_subject: str = ""
    task_description: str | None = None
    teammate_name: str | None = None
    team_name: str | None = None


class ElicitationInput(HookInput, frozen=True, kw_only=True, tag="Elicitation"):
    """An MCP server asks the user something."""

    mcp_server_name: str
    message: str = ""
    mode: str | None = None
    url: str | None = None
    elicitation_id: str | None = None
    requested_schema: dict[str, Any] | None = None


class ElicitationResultInput(HookInput, frozen=True, kw_only=True, tag="ElicitationResult"):
    """The user has answered an MCP server."""

    mcp_server_name: str
    action: str
    mode: str | None = None
    elicitation_id: str | None = None
    content: dict[str, Any] | None = None


class WorktreeCreateInput(HookInput, frozen=True, kw_only=True, tag="WorktreeCreate"):
    """A worktree is wanted."""

    name: str


class WorktreeRemoveInput(HookInput, frozen=True, kw_only=True, tag="WorktreeRemove"):
    """A worktree is no longer wanted."""

    worktree_path: str


class CwdChangedInput(HookInput, frozen=True, kw_only=True, tag="CwdChanged"):
    """The working directory has changed; `cd` in a shell does not fire it."""

    old_cwd: str | None = None
    new_cwd: str | None = None


class FileChangedInput(HookInput, frozen=True, kw_only=True, tag="FileChanged"):
    """A watched file has changed: `change`, `add` or `unlink`."""

    file_path: str
    event: str | None = None


class DirectoryAddedInput(HookInput, frozen=True, kw_only=True, tag="DirectoryAdded"):
    """A working directory was added."""

    directory: str
    source: str | None = None
