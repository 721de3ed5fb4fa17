"""Reading the input of a hook callback."""

from typing import Any

from greenroom_protocol.claude.hook_inputs.base import UnknownHookInput
from greenroom_protocol.claude.hook_inputs.session import (
    ConfigChangeInput,
    InstructionsLoadedInput,
    NotificationInput,
    PostCompactInput,
    PostModelSwitchInput,
    PreCompactInput,
    PreModelSwitchInput,
    SessionEndInput,
    SessionStartInput,
    SetupInput,
)
from greenroom_protocol.claude.hook_inputs.surroundings import (
    CwdChangedInput,
    DirectoryAddedInput,
    ElicitationInput,
    ElicitationResultInput,
    FileChangedInput,
    TaskCompletedInput,
    TaskCreatedInput,
    TeammateIdleInput,
    WorktreeCreateInput,
    WorktreeRemoveInput,
)
from greenroom_protocol.claude.hook_inputs.tools import (
    PermissionDeniedInput,
    PermissionRequestInput,
    PostToolBatchInput,
    PostToolUseFailureInput,
    PostToolUseInput,
    PreToolUseInput,
)
from greenroom_protocol.claude.hook_inputs.turns import (
    MessageDisplayInput,
    StopFailureInput,
    StopInput,
    SubagentStartInput,
    SubagentStopInput,
    UserPromptExpansionInput,
    UserPromptSubmitInput,
)
from greenroom_protocol.drift import Drift
from greenroom_protocol.salvage import salvage

__all__ = ["AnyHookInput", "read_hook_input"]

AnyHookInput = (
    PreToolUseInput
    | PostToolUseInput
    | PostToolUseFailureInput
    | PostToolBatchInput
    | PermissionRequestInput
    | PermissionDeniedInput
    | UserPromptSubmitInput
    | UserPromptExpansionInput
    | StopInput
    | StopFailureInput
    | SubagentStartInput
    | SubagentStopInput
    | MessageDisplayInput
    | SessionStartInput
    | SessionEndInput
    | SetupInput
    | PreCompactInput
    | PostCompactInput
    | PreModelSwitchInput
    | PostModelSwitchInput
    | NotificationInput
    | ConfigChangeInput
    | InstructionsLoadedInput
    | TeammateIdleInput
    | TaskCreatedInput
    | TaskCompletedInput
    | ElicitationInput
    | ElicitationResultInput
    | WorktreeCreateInput
    | WorktreeRemoveInput
    | CwdChangedInput
    | FileChangedInput
    | DirectoryAddedInput
    | UnknownHookInput
)
"""The input of any hook."""


def read_hook_input(value: Any, *, drift: Drift | None = None) -> AnyHookInput:
    """Return the typed view of `HookCallback.input`; total, like the decoding of frames.

    An event that no class knows, or that lacks its essence, becomes an `UnknownHookInput`.
    """
    where = Drift() if drift is None else drift
    result: AnyHookInput = salvage(value, AnyHookInput, path="hook_callback.input", drift=where)
    return result
