"""`system` frames, one class per subtype."""

from greenroom_protocol.claude.frames.system.api_retry import ApiRetry
from greenroom_protocol.claude.frames.system.compact import CompactBoundary
from greenroom_protocol.claude.frames.system.control_progress import ControlRequestProgress
from greenroom_protocol.claude.frames.system.hooks import HookProgress, HookResponse, HookStarted
from greenroom_protocol.claude.frames.system.housekeeping import (
    CommandsChanged,
    ElicitationComplete,
    FilesPersisted,
    LocalCommandOutput,
    MemoryRecall,
    PluginInstall,
    SessionWritesLost,
    WorkerShuttingDown,
)
from greenroom_protocol.claude.frames.system.informational import Informational
from greenroom_protocol.claude.frames.system.init import SystemInit
from greenroom_protocol.claude.frames.system.model_fallback import (
    ModelFallback,
    ModelRefusalFallback,
    ModelRefusalNoFallback,
)
from greenroom_protocol.claude.frames.system.notification import Notification
from greenroom_protocol.claude.frames.system.permission_denied import PermissionDenied
from greenroom_protocol.claude.frames.system.session_state import SessionStateChanged
from greenroom_protocol.claude.frames.system.session_title import SessionTitleChanged
from greenroom_protocol.claude.frames.system.status import Status
from greenroom_protocol.claude.frames.system.tasks import (
    BackgroundTasksChanged,
    TaskNotification,
    TaskProgress,
    TaskStarted,
    TaskUpdated,
)
from greenroom_protocol.claude.frames.system.thinking_tokens import ThinkingTokens
from greenroom_protocol.claude.frames.system.ui_invalidate import UiInvalidate

__all__ = [
    "ApiRetry",
    "BackgroundTasksChanged",
    "CommandsChanged",
    "CompactBoundary",
    "ControlRequestProgress",
    "ElicitationComplete",
    "FilesPersisted",
    "HookProgress",
    "HookResponse",
    "HookStarted",
    "Informational",
    "LocalCommandOutput",
    "MemoryRecall",
    "ModelFallback",
    "ModelRefusalFallback",
    "ModelRefusalNoFallback",
    "Notification",
    "PermissionDenied",
    "PluginInstall",
    "SessionStateChanged",
    "SessionTitleChanged",
    "SessionWritesLost",
    "Status",
    "SystemFrame",
    "SystemInit",
    "TaskNotification",
    "TaskProgress",
    "TaskStarted",
    "TaskUpdated",
    "ThinkingTokens",
    "UiInvalidate",
    "WorkerShuttingDown",
]

SystemFrame = (
    SystemInit
    | SessionStateChanged
    | Status
    | ApiRetry
    | PermissionDenied
    | Informational
    | Notification
    | ThinkingTokens
    | HookStarted
    | HookProgress
    | HookResponse
    | TaskStarted
    | TaskProgress
    | TaskUpdated
    | TaskNotification
    | BackgroundTasksChanged
    | CompactBoundary
    | ModelFallback
    | ModelRefusalFallback
    | ModelRefusalNoFallback
    | SessionTitleChanged
    | UiInvalidate
    | ControlRequestProgress
    | LocalCommandOutput
    | FilesPersisted
    | ElicitationComplete
    | PluginInstall
    | MemoryRecall
    | CommandsChanged
    | WorkerShuttingDown
    | SessionWritesLost
)
"""Any frame of the type `system`; its tag is `subtype`."""
