"""What the CLI is doing, read from its frames, for whoever watches.

The one module of the command that knows Claude's frames by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from greenroom_protocol.claude import (
    ApiRetry,
    Assistant,
    ContentBlockDelta,
    MessageDelta,
    MessageStop,
    StreamEvent,
    SystemInit,
    TextDelta,
    ThinkingDelta,
    ThinkingTokens,
    ToolUse,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Activity", "takes_back"]

STARTING: Final = "starting the CLI"
WAITING: Final = "waiting for the model"


def takes_back(frame: Any) -> bool:
    """Whether the text that was streamed last is void, because its request failed."""
    return (
        isinstance(frame, StreamEvent)
        and isinstance(frame.event, MessageStop)
        and frame.event.abandoned_blocks is not None
    )


@final
class Activity:
    """What the turn is at now; fed with every frame.

    Attributes:
        phase: in words.
        tokens: written by the model so far, as far as it was told.
        ending: the phase from now on, whatever the frames say.
    """

    def __init__(self) -> None:
        self.phase = STARTING
        self.tokens = 0
        self.ending: str | None = None

    def see(self, frames: Iterable[Any]) -> None:
        """Take more frames into account."""
        for frame in frames:
            look = _LOOKS.get(type(frame))
            phase = None if look is None else look(self, frame)
            if phase is not None:
                self.phase = phase


def _streamed(activity: Activity, frame: StreamEvent) -> str | None:
    event = frame.event
    if isinstance(event, ContentBlockDelta):
        return _BY_DELTA.get(type(event.delta))
    if isinstance(event, MessageDelta) and event.usage is not None:
        activity.tokens += event.usage.output_tokens or 0
    return None


def _called(_activity: Activity, frame: Assistant) -> str | None:
    names = [block.name for block in frame.message.content if isinstance(block, ToolUse)]
    return f"running {', '.join(names)}" if names else None


def _retried(_activity: Activity, frame: ApiRetry) -> str:
    cause = frame.error_status or frame.error or "no answer"
    seconds = frame.retry_delay_ms / 1000
    return f"API: {cause}, try {frame.attempt} of {frame.max_retries} in {seconds:.0f} s"


def _waiting(_activity: Activity, _frame: object) -> str:
    return WAITING


def _thinking(_activity: Activity, frame: ThinkingTokens) -> str:
    return f"thinking, about {frame.estimated_tokens} tokens"


_BY_DELTA: Final[Mapping[type, str]] = {TextDelta: "writing", ThinkingDelta: "thinking"}

_LOOKS: Final[Mapping[type, Callable[[Activity, Any], str | None]]] = {
    ApiRetry: _retried,
    Assistant: _called,
    StreamEvent: _streamed,
    SystemInit: _waiting,
    ThinkingTokens: _thinking,
    User: _waiting,
}
