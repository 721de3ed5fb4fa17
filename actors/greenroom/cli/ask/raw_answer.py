"""``--output stream-json``: the CLI's own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from greenroom.backends.base import Vocabulary
    from greenroom.cli.console import Console
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol import Batch

__all__ = ["RawAnswer"]


@final
class RawAnswer:
    """Prints each frame of the turn as the line it came in, byte for byte."""

    def __init__(self, console: Console, vocabulary: Vocabulary) -> None:
        del vocabulary
        self._console = console

    def take(self, batch: Batch) -> None:
        """Print the lines."""
        for line in batch.lines():
            self._console.say_bytes(line)

    def finish(self, outcome: Outcome, exit_code: int, seconds: float) -> None:
        """Print nothing: the result is a frame like any other."""
