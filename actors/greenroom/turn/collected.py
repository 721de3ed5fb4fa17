"""A whole turn folded into one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.values.outcomes import Completed, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.backends.base import Vocabulary
    from greenroom.values.usage import Spend

__all__ = ["Collected", "Collector", "ToolCall"]


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call and what came of it.

    Attributes:
        use: the call: ``id``, ``name`` and ``input``.
        result: its result, or None when the turn ended first.
    """

    use: Any
    result: Any = None


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn said and did, as far as its frames were there to be folded.

    Attributes:
        outcome: how it ended; complete whatever became of the frames.
        text: all text of the main conversation, blocks joined.
        thinking: all thinking, blocks joined.
        tool_calls: in the order they were made, paired with their results.
        spend: tokens and dollars of this turn.
        rounds: API round trips; 0 when the turn failed.
        frames: number of frames folded; those read or lost before are not among them.
    """

    outcome: Outcome
    text: str
    thinking: str
    tool_calls: tuple[ToolCall, ...]
    spend: Spend
    rounds: int
    frames: int


class Collector:
    """Folds frames, one after the other."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._says = vocabulary
        self._texts: list[str] = []
        self._thinking: list[str] = []
        self._uses: dict[str, Any] = {}
        self._results: dict[str, Any] = {}
        self._frames = 0

    def add(self, frames: Iterable[Any]) -> None:
        """Take more frames into account."""
        says = self._says
        for frame in frames:
            self._frames += 1
            if text := says.text(frame):
                self._texts.append(text)
            if thought := says.thinking(frame):
                self._thinking.append(thought)
            self._uses.update((use.id, use) for use in says.tool_uses(frame))
            self._results.update((done.tool_use_id, done) for done in says.tool_results(frame))

    def finish(self, outcome: Outcome) -> Collected:
        """Return everything, now that the turn ended with `outcome`."""
        return Collected(
            outcome=outcome,
            text="".join(self._texts),
            thinking="".join(self._thinking),
            tool_calls=tuple(
                ToolCall(use=use, result=self._results.get(key)) for key, use in self._uses.items()
            ),
            spend=outcome.spend if isinstance(outcome, Completed) else outcome.context.spend,
            rounds=outcome.rounds if isinstance(outcome, Completed) else 0,
            frames=self._frames,
        )
