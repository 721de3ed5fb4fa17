"""Reading the input of a hook callback."""

from typing import Any

from greenroom_protocol.claude.hook_inputs import session, surroundings, tools, turns
from greenroom_protocol.claude.hook_inputs.base import UnknownHookInput
from greenroom_protocol.drift import Drift
from greenroom_protocol.salvage import salvage

__all__ = ["AnyHookInput", "read_hook_input"]

AnyHookInput = (
    tools.PreToolUseInput
    | tools.PostToolUseInput
    | tools.PostToolUseFailureInput
    | tools.PostToolBatchInput
    | tools.PermissionRequestInput
    | tools.PermissionDeniedInput
    | turns.UserPromptSubmitInput
    | turns.UserPromptExpansionInput
    | turns.StopInput
    | turns.StopFailureInput
    | turns.SubagentStartInput
    | turns.SubagentStopInput
    | turns.MessageDisplayInput
    | session.SessionStartInput
    | session.SessionEndInput
    | session.SetupInput
    | session.PreCompactInput
    | session.PostCompactInput
    | session.PreModelSwitchInput
    | session.PostModelSwitchInput
    | session.NotificationInput
    | session.ConfigChangeInput
    | session.InstructionsLoadedInput
    | surroundings.TeammateIdleInput
    | surroundings.TaskCreatedInput
    | surroundings.TaskCompletedInput
    | surroundings.ElicitationInput
    | surroundings.ElicitationResultInput
    | surroundings.WorktreeCreateInput
    | surroundings.WorktreeRemoveInput
    | surroundings.CwdChangedInput
    | surroundings.FileChangedInput
    | surroundings.DirectoryAddedInput
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
