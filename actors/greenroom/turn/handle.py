"""The caller's handle of one query."""

from __future__ import annotations

from contextlib import aclosing, closing, suppress
from copy import copy
from typing import TYPE_CHECKING, Any, Generic

import pykka

from greenroom.turn.collected import Collected, Collector
from greenroom.turn.flow import Flow, Step
from greenroom.turn.source import Source
from greenroom.turn.ticket import TurnOver
from greenroom.values.outcomes import Completed, Outcome, TurnError

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        AsyncIterator,
        Callable,
        Generator,
        Iterable,
        Iterator,
    )

    from greenroom.backends.base import Vocabulary
    from greenroom.runtime import Future
    from greenroom.structured import Shape
    from greenroom.turn.stream import Stream
    from greenroom.turn.tree import TreeBuilder, TurnTree
    from greenroom_protocol import Batch

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    T = TypeVar("T", default=Any)
else:
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["Turn"]


class Turn(Flow[Any], Generic[T]):
    """One query of a session: a stream of frames and, in the end, exactly one outcome.

    Every method is safe from any thread; ``await`` and ``async for`` work in any event loop. The
    outcome does not depend on anybody reading the frames.

    Attributes:
        id: the id its prompt carries on the wire.
        vocabulary: what the frames of this turn's CLI say.
    """

    def __init__(
        self,
        turn_id: str,
        *,
        stream: Stream,
        outcome: Future[Outcome],
        vocabulary: Vocabulary,
        interrupt: Callable[[str], None],
        shape: Shape[Any] | None = None,
    ) -> None:
        source = Source(turn_id, stream=stream, outcome=outcome, interrupt=interrupt)
        super().__init__(source, lambda: _itself)
        self.id = turn_id
        self.vocabulary = vocabulary
        self._outcome = outcome
        self._shape = shape

    def __repr__(self) -> str:
        fate = type(self._outcome.get()).__name__ if self.done else "running"
        return f"<Turn {self.id} {fate}>"

    # --- the outcome -------------------------------------------------------------------

    @property
    def done(self) -> bool:
        """Whether the outcome is known."""
        return self._outcome.done

    def outcome(self, timeout: float | None = None) -> Outcome:
        """Wait for the outcome and return it, whatever it is.

        Args:
            timeout: seconds to wait; None waits as long as the turn's own deadlines allow.

        Raises:
            TimeoutError: there was none within `timeout`; the turn goes on.
            WouldBlock: there is none yet, and the caller runs on a dispatcher; the turn goes on.
        """
        try:
            outcome: Outcome = self._outcome.get(timeout=timeout)
        except pykka.Timeout:
            raise TimeoutError(
                f"turn {self.id} has no outcome after {timeout} s; it goes on: wait again, or "
                "interrupt() it"
            ) from None
        return outcome

    def result(self, timeout: float | None = None) -> Completed[T]:
        """Wait for the turn to complete.

        Raises:
            TurnError: it ended in any other way; the error is a copy of the outcome.
            TimeoutError: it has not ended within `timeout` seconds; it goes on.
            WouldBlock: as for `outcome`.
        """
        return _completed(self.outcome(timeout))

    def text(self, timeout: float | None = None) -> str:
        """Wait for the turn to complete and return its final answer; raises as `result` does."""
        return self.result(timeout).text

    def __await__(self) -> Generator[Any, None, Completed[T]]:
        outcome = yield from self._outcome.__await__()
        return _completed(outcome)

    async def aoutcome(self) -> Outcome:
        """Wait for the outcome without blocking the event loop, and return it."""
        return await self._outcome

    def notify(self, ref: pykka.ActorRef[Any]) -> None:
        """Have an actor told `TurnOver` once the outcome is known; at once if it is.

        For actors on a dispatcher, which cannot wait. A dead actor is told nothing.
        """
        turn_id, outcome = self.id, self._outcome

        def tell(_error: BaseException | None) -> None:
            with suppress(pykka.ActorDeadError):
                ref.tell(TurnOver(turn_id, outcome.get()))

        outcome.add_done_callback(tell)

    def interrupt(self) -> None:
        """Ask for the turn to be ended; returns at once.

        A turn that waits in the queue is withdrawn and never sent. A running one is aborted by the
        CLI; if the CLI does not confirm within ``Deadlines.interrupt`` its process is stopped.
        `outcome` tells what became of it: :class:`Cancelled`, or :class:`Completed` when the result
        was faster. Does nothing to a turn that is done.
        """
        self._source.interrupt()

    # --- the stream --------------------------------------------------------------------

    @property
    def lost_frames(self) -> int:
        """Frames dropped because nobody read them in time and the stream's buffer was full."""
        return self._source.stream.lost_frames

    def read(self) -> Generator[Batch]:
        """Yield batches of frames as they arrived; leaving early interrupts the turn.

        Raises:
            WouldBlock: there is none yet, and the caller runs on a dispatcher. So do all
                iterations of the turn and of what is derived from it; the turn is interrupted.
        """
        return self._source.read()

    def aread(self) -> AsyncGenerator[Batch]:
        """Yield batches of frames as they arrived; leaving early interrupts the turn."""
        return self._source.aread()

    def __iter__(self) -> Iterator[Any]:
        with closing(self.read()) as batches:
            for batch in batches:
                yield from batch.frames

    async def __aiter__(self) -> AsyncIterator[Any]:
        async with aclosing(self.aread()) as batches:
            async for batch in batches:
                for frame in batch.frames:
                    yield frame

    def texts(self) -> Flow[str]:
        """Whole text blocks of the main conversation."""
        return self._said(self.vocabulary.text)

    def text_deltas(self) -> Flow[str]:
        """Pieces of text as the model writes them; needs ``include_partial_messages=True``."""
        return self._said(self.vocabulary.text_delta)

    def thinking(self) -> Flow[str]:
        """Whole thinking blocks of the main conversation."""
        return self._said(self.vocabulary.thinking)

    def thinking_deltas(self) -> Flow[str]:
        """Pieces of thinking as they come; needs ``include_partial_messages=True``."""
        return self._said(self.vocabulary.thinking_delta)

    def tool_uses(self) -> Flow[Any]:
        """Tool calls as the model makes them: ``id``, ``name``, ``input``."""
        return self.flat_map(self.vocabulary.tool_uses)

    def tool_results(self, name: str | None = None) -> Flow[Any]:
        """Tool results as they arrive, of tool `name` or of all tools."""
        says = self.vocabulary

        def make_step() -> Step:
            names: dict[str, str] = {}

            def step(frame: Any) -> Iterable[Any]:
                names.update((use.id, use.name) for use in says.tool_uses(frame))
                results = says.tool_results(frame)
                if name is None:
                    return results
                return [done for done in results if names.get(done.tool_use_id) == name]

            return step

        return self._then(make_step)

    def on_tool_use(self, look: Callable[[Any], object]) -> Flow[Any]:
        """Return the stream of all frames; `look` sees every tool call as it passes."""

        def see(frame: Any) -> None:
            for use in self.vocabulary.tool_uses(frame):
                look(use)

        return self.tap(see)

    def partials(self) -> Flow[Any]:
        """The structured output while the model writes it: plain data that grows, not validated.

        Needs ``include_partial_messages=True``, else each attempt is one value.
        """
        from greenroom.turn.partials import Partials  # noqa: PLC0415 - few turns are looked at so

        return self._then(lambda: Partials(self.vocabulary, self._shape))

    def tree(self) -> TurnTree:
        """Read what is left of the stream and fold it into the tree of its conversations.

        The main one, its sub-agents, and theirs. What a sub-agent says is there with
        ``forward_subagent_text=True``. Frames that were read or lost before are not in it.

        Raises:
            WouldBlock: the caller runs on a dispatcher.
        """
        builder = self._tree_builder()
        with closing(self.read()) as batches:
            for batch in batches:
                builder.add(batch.frames)
        return builder.finish()

    async def atree(self) -> TurnTree:
        """Do what `tree` does, without blocking the event loop."""
        builder = self._tree_builder()
        async with aclosing(self.aread()) as batches:
            async for batch in batches:
                builder.add(batch.frames)
        return builder.finish()

    def _tree_builder(self) -> TreeBuilder:
        from greenroom.turn.tree import TreeBuilder  # noqa: PLC0415 - few turns are looked at so

        return TreeBuilder(self.vocabulary)

    def collect(self, timeout: float | None = None) -> Collected:
        """Read what is left of the stream and fold it into one value. Never raises TurnError.

        Frames that were read or lost before are not in it: of a turn that was iterated to its end
        only the outcome is left, and ``text`` is empty. The final answer is ``outcome.text``.

        Args:
            timeout: seconds to wait for the outcome after the last frame; the time until then is
                bounded by the turn's own deadlines.

        Raises:
            TimeoutError: the stream ended but no outcome came within `timeout` seconds.
            WouldBlock: the caller runs on a dispatcher.
        """
        collector = Collector(self.vocabulary)
        with closing(self.read()) as batches:
            for batch in batches:
                collector.add(batch.frames)
        return collector.finish(self.outcome(timeout))

    async def acollect(self) -> Collected:
        """Do what `collect` does, without blocking the event loop."""
        collector = Collector(self.vocabulary)
        async with aclosing(self.aread()) as batches:
            async for batch in batches:
                collector.add(batch.frames)
        return collector.finish(await self.aoutcome())

    def _said(self, say: Callable[[Any], str | None]) -> Flow[str]:
        return self.flat_map(lambda frame: (said,) if (said := say(frame)) else ())


def _itself(frame: Any) -> Iterable[Any]:
    return (frame,)


def _completed(outcome: Outcome) -> Completed[Any]:
    if isinstance(outcome, TurnError):
        raise copy(outcome)  # its traceback holds the turn, and the turn holds the outcome
    return outcome
