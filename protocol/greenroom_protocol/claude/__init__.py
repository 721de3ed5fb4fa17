"""Claude Code's stream-json wire (probed from CLI 2.1.329)."""

from greenroom_protocol.claude.blocks import (
    AdvisorToolResult,
    BashCodeExecutionToolResult,
    Block,
    CodeExecutionToolResult,
    Document,
    Image,
    McpToolResult,
    McpToolUse,
    RedactedThinking,
    ServerToolUse,
    Text,
    TextEditorCodeExecutionToolResult,
    Thinking,
    ToolResult,
    ToolSearchToolResult,
    ToolUse,
    UnknownBlock,
    WebFetchToolResult,
    WebSearchToolResult,
)
from greenroom_protocol.claude.decoder import (
    Decoded,
    FrameDecoder,
)
from greenroom_protocol.claude.encoder import (
    encode_frame,
)
from greenroom_protocol.claude.frames import (
    Frame,
)
from greenroom_protocol.claude.frames.active_goal import (
    ActiveGoal,
    Goal,
)
from greenroom_protocol.claude.frames.assistant import (
    Assistant,
    ToolUseMeta,
)
from greenroom_protocol.claude.frames.auth_status import (
    AuthStatus,
)
from greenroom_protocol.claude.frames.base import (
    Origin,
)
from greenroom_protocol.claude.frames.command_lifecycle import (
    CommandLifecycle,
)
from greenroom_protocol.claude.frames.control import (
    ControlCancelRequest,
    ControlError,
    ControlRequest,
    ControlResponse,
    ControlSuccess,
)
from greenroom_protocol.claude.frames.conversation_reset import (
    ConversationReset,
)
from greenroom_protocol.claude.frames.keep_alive import (
    KeepAlive,
)
from greenroom_protocol.claude.frames.prompt_suggestion import (
    PromptSuggestion,
)
from greenroom_protocol.claude.frames.rate_limit import (
    RateLimitEvent,
    RateLimitInfo,
)
from greenroom_protocol.claude.frames.result import (
    DeferredToolUse,
    PermissionDenial,
    Result,
)
from greenroom_protocol.claude.frames.stream_event import (
    StreamEvent,
)
from greenroom_protocol.claude.frames.system import (
    ApiRetry,
    BackgroundTasksChanged,
    CommandsChanged,
    CompactBoundary,
    ControlRequestProgress,
    ElicitationComplete,
    FilesPersisted,
    HookProgress,
    HookResponse,
    HookStarted,
    Informational,
    LocalCommandOutput,
    MemoryRecall,
    ModelFallback,
    ModelRefusalFallback,
    ModelRefusalNoFallback,
    Notification,
    PermissionDenied,
    PluginInstall,
    SessionStateChanged,
    SessionTitleChanged,
    SessionWritesLost,
    Status,
    SystemInit,
    TaskNotification,
    TaskProgress,
    TaskStarted,
    TaskUpdated,
    ThinkingTokens,
    UiInvalidate,
    WorkerShuttingDown,
)
from greenroom_protocol.claude.frames.system.compact import (
    CompactMetadata,
    PreservedMessages,
    PreservedSegment,
)
from greenroom_protocol.claude.frames.system.housekeeping import (
    PersistedFile,
    PersistFailure,
    RecalledMemory,
)
from greenroom_protocol.claude.frames.system.informational import (
    PromptSubmitOutcome,
)
from greenroom_protocol.claude.frames.system.init import (
    McpServer,
    McpServerError,
    Plugin,
)
from greenroom_protocol.claude.frames.system.tasks import (
    BackgroundTask,
    TaskPatch,
    TaskUsage,
)
from greenroom_protocol.claude.frames.tool_progress import (
    ToolProgress,
)
from greenroom_protocol.claude.frames.tool_use_summary import (
    ToolUseSummary,
)
from greenroom_protocol.claude.frames.transcript_mirror import (
    TranscriptMirror,
)
from greenroom_protocol.claude.frames.user import (
    PermissionDecision,
    ToolResultMeta,
    User,
)
from greenroom_protocol.claude.hook_inputs import (
    AnyHookInput,
    HookInput,
    UnknownHookInput,
)
from greenroom_protocol.claude.message import (
    AssistantMessage,
    UserFrameMessage,
)
from greenroom_protocol.claude.provenance import (
    McpServerProvenance,
)
from greenroom_protocol.claude.requests import (
    CanUseTool,
    Elicitation,
    HookCallback,
    InboundRequest,
    MatchedAskRule,
    McpMessage,
    RequestUserDialog,
    UnknownRequest,
)
from greenroom_protocol.claude.stream import (
    AbandonedBlocks,
    CitationsDelta,
    ContentBlockDelta,
    ContentBlockStart,
    ContentBlockStop,
    Delta,
    Event,
    InputJsonDelta,
    MessageChange,
    MessageDelta,
    MessageStart,
    MessageStop,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    UnknownDelta,
    UnknownEvent,
)
from greenroom_protocol.claude.usage import (
    CacheCreation,
    MessageUsage,
    ModelUsage,
    OutputTokensDetails,
    ServerToolUsage,
    Usage,
)

__all__ = [
    "AbandonedBlocks",
    "ActiveGoal",
    "AdvisorToolResult",
    "AnyHookInput",
    "ApiRetry",
    "Assistant",
    "AssistantMessage",
    "AuthStatus",
    "BackgroundTask",
    "BackgroundTasksChanged",
    "BashCodeExecutionToolResult",
    "Block",
    "CacheCreation",
    "CanUseTool",
    "CitationsDelta",
    "CodeExecutionToolResult",
    "CommandLifecycle",
    "CommandsChanged",
    "CompactBoundary",
    "CompactMetadata",
    "ContentBlockDelta",
    "ContentBlockStart",
    "ContentBlockStop",
    "ControlCancelRequest",
    "ControlError",
    "ControlRequest",
    "ControlRequestProgress",
    "ControlResponse",
    "ControlSuccess",
    "ConversationReset",
    "Decoded",
    "DeferredToolUse",
    "Delta",
    "Document",
    "Elicitation",
    "ElicitationComplete",
    "Event",
    "FilesPersisted",
    "Frame",
    "FrameDecoder",
    "Goal",
    "HookCallback",
    "HookInput",
    "HookProgress",
    "HookResponse",
    "HookStarted",
    "Image",
    "InboundRequest",
    "Informational",
    "InputJsonDelta",
    "KeepAlive",
    "LocalCommandOutput",
    "MatchedAskRule",
    "McpMessage",
    "McpServer",
    "McpServerError",
    "McpServerProvenance",
    "McpToolResult",
    "McpToolUse",
    "MemoryRecall",
    "MessageChange",
    "MessageDelta",
    "MessageStart",
    "MessageStop",
    "MessageUsage",
    "ModelFallback",
    "ModelRefusalFallback",
    "ModelRefusalNoFallback",
    "ModelUsage",
    "Notification",
    "Origin",
    "OutputTokensDetails",
    "PermissionDecision",
    "PermissionDenial",
    "PermissionDenied",
    "PersistFailure",
    "PersistedFile",
    "Plugin",
    "PluginInstall",
    "PreservedMessages",
    "PreservedSegment",
    "PromptSubmitOutcome",
    "PromptSuggestion",
    "RateLimitEvent",
    "RateLimitInfo",
    "RecalledMemory",
    "RedactedThinking",
    "RequestUserDialog",
    "Result",
    "ServerToolUsage",
    "ServerToolUse",
    "SessionStateChanged",
    "SessionTitleChanged",
    "SessionWritesLost",
    "SignatureDelta",
    "Status",
    "StreamEvent",
    "SystemInit",
    "TaskNotification",
    "TaskPatch",
    "TaskProgress",
    "TaskStarted",
    "TaskUpdated",
    "TaskUsage",
    "Text",
    "TextDelta",
    "TextEditorCodeExecutionToolResult",
    "Thinking",
    "ThinkingDelta",
    "ThinkingTokens",
    "ToolProgress",
    "ToolResult",
    "ToolResultMeta",
    "ToolSearchToolResult",
    "ToolUse",
    "ToolUseMeta",
    "ToolUseSummary",
    "TranscriptMirror",
    "UiInvalidate",
    "UnknownBlock",
    "UnknownDelta",
    "UnknownEvent",
    "UnknownHookInput",
    "UnknownRequest",
    "Usage",
    "User",
    "UserFrameMessage",
    "WebFetchToolResult",
    "WebSearchToolResult",
    "WorkerShuttingDown",
    "encode_frame",
]
