"""Entries: the lines of a transcript.

Source of all of them: files of CLI 2.1.329. Lines that only serve the CLI itself (`api-request`,
`api-request-shape`, `api-request-blob`, `atis-latch` …) have no class here: they are `Unknown`.
"""

from typing import Any

from msgspec import field

from greenroom_protocol.claude.message import AssistantMessage, UserFrameMessage
from greenroom_protocol.claude.usage import ModelUsage
from greenroom_protocol.wire import Wire

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
    "SummaryEntry",
    "SystemEntry",
    "Tag",
    "ToolsUsed",
    "TranscriptEntry",
    "UserEntry",
]


class _Entry(Wire, frozen=True, kw_only=True, rename="camel"):
    session_id: str | None = None
    timestamp: str | None = None


class MessageEntry(_Entry, frozen=True, kw_only=True, rename="camel"):
    """A node of the conversation's tree: `parent_uuid` is what it follows.

    `logical_parent_uuid` is what a compaction boundary followed before the history was cut.
    `is_sidechain` marks what a sub-agent did, `is_meta` what the user is not shown.
    """

    uuid: str
    parent_uuid: str | None = None
    logical_parent_uuid: str | None = None
    is_sidechain: bool = False
    is_meta: bool = False
    team_name: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    cwd: str | None = None
    git_branch: str | None = None
    version: str | None = None
    user_type: str | None = None
    entrypoint: str | None = None
    forked_from: dict[str, Any] | None = None


class UserEntry(MessageEntry, frozen=True, kw_only=True, rename="camel", tag="user"):
    """A prompt (its `uuid` is the one it was sent with), a tool result or a note."""

    message: UserFrameMessage
    prompt_id: str | None = None
    permission_mode: str | None = None
    tool_use_result: Any = None
    source_tool_assistant_uuid: str | None = field(default=None, name="sourceToolAssistantUUID")
    is_compact_summary: bool = False
    is_visible_in_transcript_only: bool = False
    origin: Any = None


class AssistantEntry(MessageEntry, frozen=True, kw_only=True, rename="camel", tag="assistant"):
    """One block of an API message; its siblings have the same `message.id`."""

    message: AssistantMessage
    request_id: str | None = None
    requested_model: str | None = None
    is_api_error_message: bool = False
    error: Any = None


class SystemEntry(MessageEntry, frozen=True, kw_only=True, rename="camel", tag="system"):
    """A note of the CLI, such as `compact_boundary`."""

    subtype: str | None = None
    content: Any = None
    level: str | None = None
    compact_metadata: dict[str, Any] | None = None


class AttachmentEntry(MessageEntry, frozen=True, kw_only=True, rename="camel", tag="attachment"):
    """Context that the CLI gave the model; the attachment's own `type` tells what it is."""

    attachment: dict[str, Any]


class ProgressEntry(MessageEntry, frozen=True, kw_only=True, rename="camel", tag="progress"):
    """A sign of life of a running tool."""

    data: Any = None


class QueueOperation(_Entry, frozen=True, kw_only=True, rename="camel", tag="queue-operation"):
    """A prompt was put into the queue or taken from it."""

    operation: str
    content: Any = None


class LastPrompt(_Entry, frozen=True, kw_only=True, rename="camel", tag="last-prompt"):
    """The newest prompt, on one line, and the end of the conversation at that time."""

    last_prompt: str = ""
    leaf_uuid: str | None = None


class CustomTitle(_Entry, frozen=True, kw_only=True, rename="camel", tag="custom-title"):
    """The name that the user gave the session; the last one counts."""

    custom_title: str


class AiTitle(_Entry, frozen=True, kw_only=True, rename="camel", tag="ai-title"):
    """The name that a model gave the session; the last one counts."""

    ai_title: str


class AgentName(_Entry, frozen=True, kw_only=True, rename="camel", tag="agent-name"):
    """The name under which other sessions know this one."""

    agent_name: str


class Tag(_Entry, frozen=True, kw_only=True, rename="camel", tag="tag"):
    """A label of the session; the last one counts, an empty one is none."""

    tag: str = ""


class SummaryEntry(_Entry, frozen=True, kw_only=True, rename="camel", tag="summary"):
    """A summary of the conversation that ends at `leaf_uuid` (older CLIs)."""

    summary: str
    leaf_uuid: str | None = None


class Mode(_Entry, frozen=True, kw_only=True, rename="camel", tag="mode"):
    """The mode of the session."""

    mode: str


class ToolsUsed(_Entry, frozen=True, kw_only=True, rename="camel", tag="tools-used"):
    """Tools that the conversation has used."""

    tools: tuple[str, ...] = ()


class CostState(_Entry, frozen=True, kw_only=True, rename="camel", tag="cost-state"):
    """Running totals: US dollars, milliseconds, lines of code; the last one counts."""

    total_cost_usd: int | float = field(default=0, name="totalCostUSD")
    total_duration: int | float = 0
    total_api_duration: int | float = field(default=0, name="totalAPIDuration")
    total_tool_duration: int | float = 0
    total_lines_added: int = 0
    total_lines_removed: int = 0
    start_time: int | float | None = None
    model_usage: dict[str, ModelUsage] = field(default_factory=dict)
    has_unknown_model_cost: bool = False


TranscriptEntry = (
    UserEntry
    | AssistantEntry
    | SystemEntry
    | AttachmentEntry
    | ProgressEntry
    | QueueOperation
    | LastPrompt
    | CustomTitle
    | AiTitle
    | AgentName
    | Tag
    | SummaryEntry
    | Mode
    | ToolsUsed
    | CostState
)
"""Any line of a transcript that means something to its reader."""
