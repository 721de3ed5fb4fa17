"""What an agent says in a turn, piece by piece, each text block as a paragraph of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from greenroom.backends.base import Vocabulary

__all__ = ["Speech"]

_PARAGRAPH: Final = "\n\n"


@final
class Speech:
    """Makes pieces of text from the frames of one turn.

    What is streamed comes as it is written; a block that was not streamed comes when it is whole.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._says = vocabulary
        self._block = ""
        self._due = ""

    def pieces(self, frames: Iterable[Any]) -> Iterator[str]:
        """Yield what these frames add."""
        for frame in frames:
            delta = self._says.text_delta(frame)
            if delta:
                self._block += delta
                yield self._after_break(delta)
                continue
            whole = self._says.text(frame)
            if whole:
                yield from self._rest_of(whole)
                self._block, self._due = "", _PARAGRAPH

    def _rest_of(self, whole: str) -> Iterator[str]:
        """Yield what was not streamed of a block; what was streamed differently is said anew."""
        if self._block.endswith(whole):
            return
        if whole.startswith(self._block):
            yield self._after_break(whole[len(self._block) :])
        else:
            self._due = _PARAGRAPH
            yield self._after_break(whole)

    def _after_break(self, text: str) -> str:
        due, self._due = self._due, ""
        return due + text
