"""Frames: the typed lines of the CLI's stdout."""

from greenroom_protocol.claude.frames.active_goal import ActiveGoal
from greenroom_protocol.claude.frames.assistant import Assistant
from greenroom_protocol.claude.frames.auth_status import AuthStatus
from greenroom_protocol.claude.frames.command_lifecycle import CommandLifecycle
from greenroom_protocol.claude.frames.control import (
    ControlCancelRequest,
    ControlRequest,
    ControlResponse,
)
from greenroom_protocol.claude.frames.conversation_reset import ConversationReset
from greenroom_protocol.claude.frames.keep_alive import KeepAlive
from greenroom_protocol.claude.frames.prompt_suggestion import PromptSuggestion
from greenroom_protocol.claude.frames.rate_limit import RateLimitEvent
from greenroom_protocol.claude.frames.result import Result
from greenroom_protocol.claude.frames.stream_event import StreamEvent
from greenroom_protocol.claude.frames.system import SystemFrame
from greenroom_protocol.claude.frames.tool_progress import ToolProgress
from greenroom_protocol.claude.frames.tool_use_summary import ToolUseSummary
from greenroom_protocol.claude.frames.transcript_mirror import TranscriptMirror
from greenroom_protocol.claude.frames.user import User

__all__ = ["Frame", "PlainFrame", "SystemFrame"]

PlainFrame = (
    StreamEvent
    | Assistant
    | User
    | Result
    | ControlRequest
    | ControlResponse
    | ControlCancelRequest
    | CommandLifecycle
    | ConversationReset
    | ToolProgress
    | RateLimitEvent
    | PromptSuggestion
    | TranscriptMirror
    | KeepAlive
    | AuthStatus
    | ToolUseSummary
    | ActiveGoal
)
"""Any frame that its `type` alone tells apart."""

Frame = PlainFrame | SystemFrame
"""Any frame."""
