"""The forms an answer is printed in: each is fed batches of frames, then the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from greenroom.cli.ask.json_answer import JsonAnswer
from greenroom.cli.ask.raw_answer import RawAnswer
from greenroom.cli.ask.structured_answer import StructuredAnswer
from greenroom.cli.ask.text_answer import TextAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.backends.base import Vocabulary
    from greenroom.cli.console import Console
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol import Batch

__all__ = ["ANSWERS", "Answer"]


class Answer(Protocol):
    """Prints one turn. Used from one thread."""

    def take(self, batch: Batch) -> None:
        """Print what these frames add, if the form prints while the turn runs.

        Raises:
            BrokenPipeError: nobody reads it any more.
        """

    def finish(self, outcome: Outcome, exit_code: int, seconds: float) -> None:
        """Print what is left, now that the turn ended."""


ANSWERS: Final[Mapping[str, Callable[[Console, Vocabulary], Answer]]] = {
    "text": TextAnswer,
    "json": JsonAnswer,
    "stream-json": RawAnswer,
    "structured": StructuredAnswer,
}
"""By the word for ``--output``; the last is ``text`` where a schema was asked for."""
