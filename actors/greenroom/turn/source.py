"""Where a turn and all that is derived from it get their frames.

A source is not the turn: a turn and its flows hold their source and nothing holds them, so that
frames nobody can read any more are freed with the last handle, without the garbage collector.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from greenroom.runtime.errors import ForkedProcess

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from greenroom.runtime import Future
    from greenroom.turn.stream import Stream
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol import Batch

__all__ = ["Source"]


class Source:
    """The frames of one turn, for readers that end the turn when they leave early.

    Attributes:
        turn_id: whose frames these are.
        stream: the frames.
        outcome: set when the turn is done.
    """

    __slots__ = ("_interrupt", "outcome", "stream", "turn_id")

    def __init__(
        self,
        turn_id: str,
        *,
        stream: Stream,
        outcome: Future[Outcome],
        interrupt: Callable[[str], None],
    ) -> None:
        self.turn_id = turn_id
        self.stream = stream
        self.outcome = outcome
        self._interrupt = interrupt

    def interrupt(self) -> None:
        """Ask for the turn to be ended, unless it is done."""
        if not self.outcome.done:
            self._interrupt(self.turn_id)

    def read(self) -> Generator[Batch]:
        """Yield batches; closing the generator early interrupts the turn."""
        return self.stream.batches(self._left)

    def aread(self) -> AsyncGenerator[Batch]:
        """Yield batches; closing the generator early interrupts the turn."""
        return self.stream.abatches(self._left)

    def _left(self) -> None:
        if not self.stream.exhausted:
            with suppress(ForkedProcess):  # a fork has a copy of the reader, not of the turn
                self.interrupt()
