"""Transcripts: what Claude Code keeps of a conversation on disk. Pure: bytes in, values out.

Where the files lie and how they are read is the business of `greenroom.backends.claude`.
"""

from greenroom_protocol.claude.transcript.decoder import TranscriptDecoder
from greenroom_protocol.claude.transcript.entries import (
    AgentName,
    AiTitle,
    AssistantEntry,
    AttachmentEntry,
    CostState,
    CustomTitle,
    LastPrompt,
    MessageEntry,
    Mode,
    ProgressEntry,
    QueueOperation,
    SummaryEntry,
    SystemEntry,
    Tag,
    ToolsUsed,
    TranscriptEntry,
    UserEntry,
)
from greenroom_protocol.claude.transcript.project import project_key
from greenroom_protocol.claude.transcript.summary import SessionSummary, summarize
from greenroom_protocol.claude.transcript.transcript import Transcript

__all__ = [
    "AgentName",
    "AiTitle",
    "AssistantEntry",
    "AttachmentEntry",
    "CostState",
    "CustomTitle",
    "LastPrompt",
    "MessageEntry",
    "Mode",
    "ProgressEntry",
    "QueueOperation",
    "SessionSummary",
    "SummaryEntry",
    "SystemEntry",
    "Tag",
    "ToolsUsed",
    "Transcript",
    "TranscriptDecoder",
    "TranscriptEntry",
    "UserEntry",
    "project_key",
    "summarize",
]
