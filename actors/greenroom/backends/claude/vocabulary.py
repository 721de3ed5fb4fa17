"""What Claude's frames say, for stream helpers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.backends.claude.said import OUTPUT_TOOL, output_piece, task_news, utterance
from greenroom_protocol.claude import (
    Assistant,
    ContentBlockDelta,
    StreamEvent,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolResult,
    ToolUse,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom.backends.said import OutputPiece, TaskState, Utterance

__all__ = ["ClaudeVocabulary"]


class ClaudeVocabulary:
    """Reads text, thinking and tool traffic out of frames. Stateless.

    Text and thinking are the main conversation's; those of sub-agents carry a
    ``parent_tool_use_id`` and are left to whoever looks at the frames. Texts the CLI makes up for a
    failed request are not the model's and are left out too.
    """

    output_tool: str | None = OUTPUT_TOOL

    def text(self, frame: Any) -> str | None:
        """Return the text blocks of the frame, joined."""
        if not _spoken(frame):
            return None
        return "".join([b.text for b in frame.message.content if type(b) is Text]) or None

    def text_delta(self, frame: Any) -> str | None:
        """Return the piece of text the frame adds."""
        if type(frame) is not StreamEvent or type(frame.event) is not ContentBlockDelta:
            return None
        delta = frame.event.delta
        return delta.text if type(delta) is TextDelta else None

    def thinking(self, frame: Any) -> str | None:
        """Return the thinking blocks of the frame, joined."""
        if not _spoken(frame):
            return None
        return "".join([b.thinking for b in frame.message.content if type(b) is Thinking]) or None

    def thinking_delta(self, frame: Any) -> str | None:
        """Return the piece of thinking the frame adds."""
        if type(frame) is not StreamEvent or type(frame.event) is not ContentBlockDelta:
            return None
        delta = frame.event.delta
        return delta.thinking if type(delta) is ThinkingDelta else None

    def tool_uses(self, frame: Any) -> Sequence[ToolUse]:
        """Return the tool calls in the frame, those of sub-agents included."""
        if type(frame) is not Assistant:
            return ()
        return [block for block in frame.message.content if type(block) is ToolUse]

    def tool_results(self, frame: Any) -> Sequence[ToolResult]:
        """Return the tool results in the frame, those of sub-agents included."""
        if type(frame) is not User:
            return ()
        return [block for block in frame.message.blocks if type(block) is ToolResult]

    def output_piece(self, frame: Any) -> OutputPiece | None:
        """Return what the frame says about the structured output, if anything."""
        return output_piece(frame)

    def utterance(self, frame: Any) -> Utterance | None:
        """Return what was said and done in the frame, and in which conversation."""
        return utterance(frame)

    def task_news(self, frame: Any) -> TaskState | None:
        """Return what the frame tells of a task."""
        return task_news(frame)


def _spoken(frame: Any) -> bool:
    return type(frame) is Assistant and frame.parent_tool_use_id is None and frame.error is None
