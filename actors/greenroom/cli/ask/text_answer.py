"""``--output text``: the answer as the model writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from greenroom.cli.ask.activity import takes_back
from greenroom.values.outcomes import Completed

if TYPE_CHECKING:
    from greenroom.backends.base import Vocabulary
    from greenroom.cli.console import Console
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol import Batch

__all__ = ["TextAnswer"]


@final
class TextAnswer:
    """Prints pieces of text as they come, each text block as a paragraph of its own.

    A block the CLI did not stream is printed when it is whole; one that it takes back, because the
    request failed and is tried again, is followed by the new one.
    """

    def __init__(self, console: Console, vocabulary: Vocabulary) -> None:
        self._console = console
        self._says = vocabulary
        self._block = ""
        self._after_block = False
        self._printed = False

    def take(self, batch: Batch) -> None:
        """Print the text in the frames."""
        for frame in batch.frames:
            delta = self._says.text_delta(frame)
            if delta:
                self._block += delta
                self._print(delta)
                continue
            whole = self._says.text(frame)
            if whole:
                self._complete(whole)
            elif self._says.tool_uses(frame):
                self._console.end_line()
            elif self._block and takes_back(frame):
                self._block = ""
                self._after_block = True

    def _complete(self, whole: str) -> None:
        """Print what was not streamed of a block; what was streamed twice stays as it is."""
        if not self._block.endswith(whole):
            begun = self._block and whole.startswith(self._block)
            if self._block and not begun:
                self._console.end_line()
            self._print(whole[len(self._block) :] if begun else whole)
        self._block = ""
        self._after_block = True

    def _print(self, text: str) -> None:
        if self._after_block:
            self._after_block = False
            self._console.new_paragraph()
        self._printed = True
        self._console.say(text)

    def finish(self, outcome: Outcome, exit_code: int, seconds: float) -> None:
        """End the line; print an answer that came with the result alone."""
        del exit_code, seconds
        if isinstance(outcome, Completed) and not self._printed:
            self._console.say(outcome.text)
        self._console.end_line()
