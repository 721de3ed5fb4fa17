"""What Claude's frames say about structured output, sub-agents and tasks (CLI 2.1.329)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom.backends.said import OutputPiece, TaskState, Utterance
from greenroom_protocol.claude import (
    Assistant,
    ContentBlockDelta,
    ContentBlockStart,
    InputJsonDelta,
    StreamEvent,
    TaskNotification,
    TaskProgress,
    TaskStarted,
    TaskUpdated,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OUTPUT_TOOL", "output_piece", "task_news", "utterance"]

OUTPUT_TOOL: Final = "StructuredOutput"
"""The tool that takes the output; listed in ``system/init`` if the schema was understood."""

_UNPARSED: Final = "__unparsedToolInput"
"""The only member of an input that was no JSON."""


# --- structured output -------------------------------------------------------------------------


def output_piece(frame: Any) -> OutputPiece | None:
    """Return what a frame says about the structured output, if anything."""
    if frame.__class__ is StreamEvent:
        return None if frame.parent_tool_use_id else _piece_of_event(frame.event)
    if frame.__class__ is not Assistant or frame.parent_tool_use_id is not None:
        return None
    for block in frame.message.content:
        if (
            block.__class__ is ToolUse
            and block.name == OUTPUT_TOOL
            and _UNPARSED not in block.input
        ):
            return OutputPiece(whole=block.input)
    return None


def _piece_of_event(event: Any) -> OutputPiece | None:
    if event.__class__ is ContentBlockDelta:
        delta = event.delta
        return OutputPiece(text=delta.partial_json) if type(delta) is InputJsonDelta else None
    if event.__class__ is ContentBlockStart:  # blocks follow each other: the one before is over
        block = event.content_block
        return OutputPiece(begins=type(block) is ToolUse and block.name == OUTPUT_TOOL)
    return None


# --- who says what -----------------------------------------------------------------------------


def utterance(frame: Any) -> Utterance | None:
    """Return what was said and done in the frame, and in which conversation; None: nothing.

    Texts that the CLI makes up for a failed request are left out, and so is the user's side of the
    main conversation but for tool results.
    """
    if type(frame) is Assistant:
        return _spoken(frame)
    if type(frame) is User and not frame.is_replay:
        return _answered(frame)
    return None


def _spoken(frame: Assistant) -> Utterance:
    blocks = () if frame.error is not None else frame.message.content
    return Utterance(
        branch=frame.parent_tool_use_id,
        agent_id=frame.agent_id,
        agent_type=frame.subagent_type,
        text="".join([block.text for block in blocks if type(block) is Text]),
        thinking="".join([block.thinking for block in blocks if type(block) is Thinking]),
        uses=[block for block in blocks if type(block) is ToolUse],
    )


def _answered(frame: User) -> Utterance:
    blocks = frame.message.blocks
    told = frame.parent_tool_use_id is not None and not frame.is_synthetic
    return Utterance(
        branch=frame.parent_tool_use_id,
        agent_id=frame.agent_id,
        agent_type=frame.subagent_type,
        prompt="".join([block.text for block in blocks if type(block) is Text]) if told else "",
        results=[block for block in blocks if type(block) is ToolResult],
    )


# --- tasks -------------------------------------------------------------------------------------


def task_news(frame: Any) -> TaskState | None:
    """Return what the frame tells of a task; None: nothing."""
    teller = _TELLERS.get(type(frame))
    return None if teller is None else teller(frame)


def _started(frame: TaskStarted) -> TaskState:
    return TaskState(
        id=frame.task_id,
        tool_use_id=frame.tool_use_id,
        kind=frame.task_type,
        agent_type=frame.subagent_type,
        description=frame.description,
        prompt=frame.prompt,
        depth=frame.spawn_depth,
        background=frame.is_backgrounded,
        status="running",
    )


def _progress(frame: TaskProgress) -> TaskState:
    return TaskState(
        id=frame.task_id,
        tool_use_id=frame.tool_use_id,
        agent_type=frame.subagent_type,
        description=frame.description,
        last_tool=frame.last_tool_name,
        usage=frame.usage,
        summary=frame.summary,
    )


def _updated(frame: TaskUpdated) -> TaskState:
    patch = frame.patch
    return TaskState(
        id=frame.task_id,
        description=patch.description,
        background=patch.is_backgrounded,
        status=patch.status,
        error=patch.error,
    )


def _notified(frame: TaskNotification) -> TaskState:
    return TaskState(
        id=frame.task_id,
        tool_use_id=frame.tool_use_id,
        status=frame.status,
        usage=frame.usage,
        summary=frame.summary,
        output_file=frame.output_file,
        error=frame.reason,
    )


_TELLERS: Final[dict[type, Callable[[Any], TaskState]]] = {
    TaskNotification: _notified,
    TaskProgress: _progress,
    TaskStarted: _started,
    TaskUpdated: _updated,
}
