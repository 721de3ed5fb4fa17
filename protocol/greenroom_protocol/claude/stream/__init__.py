"""Raw events of the Messages API, inside `StreamEvent` frames."""

from greenroom_protocol.claude.stream.deltas import (
    CitationsDelta,
    Delta,
    InputJsonDelta,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    UnknownDelta,
)
from greenroom_protocol.claude.stream.events import (
    AbandonedBlocks,
    ContentBlockDelta,
    ContentBlockStart,
    ContentBlockStop,
    Event,
    MessageChange,
    MessageDelta,
    MessageStart,
    MessageStop,
    UnknownEvent,
)

__all__ = [
    "AbandonedBlocks",
    "CitationsDelta",
    "ContentBlockDelta",
    "ContentBlockStart",
    "ContentBlockStop",
    "Delta",
    "Event",
    "InputJsonDelta",
    "MessageChange",
    "MessageDelta",
    "MessageStart",
    "MessageStop",
    "SignatureDelta",
    "TextDelta",
    "ThinkingDelta",
    "UnknownDelta",
    "UnknownEvent",
]
