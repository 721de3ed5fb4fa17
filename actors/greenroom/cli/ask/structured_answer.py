"""``--output text`` where a schema was asked for: the structured output."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import msgspec

from greenroom.values.outcomes import Completed

if TYPE_CHECKING:
    from greenroom.backends.base import Vocabulary
    from greenroom.cli.console import Console
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol import Batch

__all__ = ["StructuredAnswer"]


@final
class StructuredAnswer:
    """Prints the structured output as JSON, and nothing of what was said on the way to it."""

    def __init__(self, console: Console, vocabulary: Vocabulary) -> None:
        del vocabulary
        self._console = console

    def take(self, batch: Batch) -> None:
        """Print nothing."""

    def finish(self, outcome: Outcome, exit_code: int, seconds: float) -> None:
        """Print the output."""
        del exit_code, seconds
        if isinstance(outcome, Completed):
            self._console.say_bytes(msgspec.json.format(msgspec.json.encode(outcome.structured)))
