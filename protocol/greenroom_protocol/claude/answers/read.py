"""From the payload of an answer to its class."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from greenroom_protocol.claude import control
from greenroom_protocol.claude.answers.context_usage import ContextUsage
from greenroom_protocol.claude.answers.readouts import (
    BinaryVersion,
    ExportedConversation,
    FileContents,
    SessionCost,
    SessionTitle,
    SideAnswer,
    SuggestedFiles,
    TaskOutput,
)
from greenroom_protocol.claude.answers.receipts import (
    CancelReceipt,
    InterruptReceipt,
    RewindResult,
    SetCwdResult,
    SetModelResult,
    SetPermissionModeResult,
)
from greenroom_protocol.claude.answers.server_info import Models, ServerInfo
from greenroom_protocol.claude.answers.servers import McpServers, McpSetServersResult
from greenroom_protocol.drift import Drift
from greenroom_protocol.salvage import Hopeless, salvage

__all__ = ["ANSWERS", "read_answer"]

ANSWERS: Final[Mapping[type[Struct], type[Struct]]] = {
    control.Initialize: ServerInfo,
    control.Interrupt: InterruptReceipt,
    control.CancelAsyncMessage: CancelReceipt,
    control.SetModel: SetModelResult,
    control.SetPermissionMode: SetPermissionModeResult,
    control.SetCwd: SetCwdResult,
    control.RewindFiles: RewindResult,
    control.McpStatus: McpServers,
    control.McpSetServers: McpSetServersResult,
    control.GetContextUsage: ContextUsage,
    control.GetTaskOutput: TaskOutput,
    control.GetSessionCost: SessionCost,
    control.GetBinaryVersion: BinaryVersion,
    control.ListModels: Models,
    control.ExportConversation: ExportedConversation,
    control.ReadFile: FileContents,
    control.FileSuggestions: SuggestedFiles,
    control.SideQuestion: SideAnswer,
    control.GenerateSessionTitle: SessionTitle,
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
