"""From the payload of an answer to its class."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from greenroom_protocol.claude import control
from greenroom_protocol.claude.answers import (
    context_usage,
    readouts,
    receipts,
    server_info,
    servers,
)
from greenroom_protocol.drift import Drift
from greenroom_protocol.salvage import Hopeless, salvage

__all__ = ["ANSWERS", "read_answer"]

ANSWERS: Final[Mapping[type[Struct], type[Struct]]] = {
    control.Initialize: server_info.ServerInfo,
    control.Interrupt: receipts.InterruptReceipt,
    control.CancelAsyncMessage: receipts.CancelReceipt,
    control.SetModel: receipts.SetModelResult,
    control.SetPermissionMode: receipts.SetPermissionModeResult,
    control.SetCwd: receipts.SetCwdResult,
    control.RewindFiles: receipts.RewindResult,
    control.McpStatus: servers.McpServers,
    control.McpSetServers: servers.McpSetServersResult,
    control.GetContextUsage: context_usage.ContextUsage,
    control.GetTaskOutput: readouts.TaskOutput,
    control.GetSessionCost: readouts.SessionCost,
    control.GetBinaryVersion: readouts.BinaryVersion,
    control.ListModels: server_info.Models,
    control.ExportConversation: readouts.ExportedConversation,
    control.ReadFile: readouts.FileContents,
    control.FileSuggestions: readouts.SuggestedFiles,
    control.SideQuestion: readouts.SideAnswer,
    control.GenerateSessionTitle: readouts.SessionTitle,
}
"""The class of the answer to each request that has one."""


def read_answer(request: Struct, payload: Any, *, drift: Drift | None = None) -> Any:
    """Return the typed answer to `request`; total.

    A payload that lacks the essence of its class, or whose request has no class here, comes back as
    it is. Optional members that do not fit are left out and counted in `drift`.
    """
    kind = ANSWERS.get(type(request))
    if kind is None or not isinstance(payload, dict):
        return payload
    path = f"control_response.{type(request).__struct_config__.tag}"
    try:
        answer: Struct = salvage(
            payload, kind, path=path, drift=Drift() if drift is None else drift
        )
    except Hopeless:
        return payload
    return replace(answer, raw=payload) if "raw" in kind.__struct_fields__ else answer
