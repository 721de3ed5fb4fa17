"""What hook callbacks are told, one class per event.

The fields are those of CLI 2.1.329. `read_hook_input` makes one of the input of a `HookCallback`.
"""

from greenroom_protocol.claude.hook_inputs.base import HookEffort, HookInput, UnknownHookInput
from greenroom_protocol.claude.hook_inputs.read import AnyHookInput, read_hook_input
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
    BatchedToolCall,
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

__all__ = [
    "AnyHookInput",
    "BatchedToolCall",
    "ConfigChangeInput",
    "CwdChangedInput",
    "DirectoryAddedInput",
    "ElicitationInput",
    "ElicitationResultInput",
    "FileChangedInput",
    "HookEffort",
    "HookInput",
    "InstructionsLoadedInput",
    "MessageDisplayInput",
    "NotificationInput",
    "PermissionDeniedInput",
    "PermissionRequestInput",
    "PostCompactInput",
    "PostModelSwitchInput",
    "PostToolBatchInput",
    "PostToolUseFailureInput",
    "PostToolUseInput",
    "PreCompactInput",
    "PreModelSwitchInput",
    "PreToolUseInput",
    "SessionEndInput",
    "SessionStartInput",
    "SetupInput",
    "StopFailureInput",
    "StopInput",
    "SubagentStartInput",
    "SubagentStopInput",
    "TaskCompletedInput",
    "TaskCreatedInput",
    "TeammateIdleInput",
    "UnknownHookInput",
    "UserPromptExpansionInput",
    "UserPromptSubmitInput",
    "WorktreeCreateInput",
    "WorktreeRemoveInput",
    "read_hook_input",
]
