"""What the CLI answers to control requests, one class per kind of answer (CLI 2.1.329).

`read_answer` makes one of a payload. Members that no class knows are left out.
"""

from greenroom_protocol.claude.answers.context_usage import ContextCategory, ContextUsage
from greenroom_protocol.claude.answers.read import ANSWERS, read_answer
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
from greenroom_protocol.claude.answers.server_info import (
    Account,
    AgentInfo,
    CommandInfo,
    ModelInfo,
    Models,
    ServerInfo,
)
from greenroom_protocol.claude.answers.servers import (
    McpServerInfo,
    McpServers,
    McpServerStatus,
    McpSetServersResult,
    McpTool,
)

__all__ = [
    "ANSWERS",
    "Account",
    "AgentInfo",
    "BinaryVersion",
    "CancelReceipt",
    "CommandInfo",
    "ContextCategory",
    "ContextUsage",
    "ExportedConversation",
    "FileContents",
    "InterruptReceipt",
    "McpServerInfo",
    "McpServerStatus",
    "McpServers",
    "McpSetServersResult",
    "McpTool",
    "ModelInfo",
    "Models",
    "RewindResult",
    "ServerInfo",
    "SessionCost",
    "SessionTitle",
    "SetCwdResult",
    "SetModelResult",
    "SetPermissionModeResult",
    "SideAnswer",
    "SuggestedFiles",
    "TaskOutput",
    "read_answer",
]
