"""Derived streams: the same chain of steps, iterable by threads and by asyncio.

A flow applies a *step* to every frame of a turn; a step maps one item to any number of items. Each
iteration makes fresh steps, so steps may keep state.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from greenroom.turn.source import Source

__all__ = ["Flow"]

T = TypeVar("T")
U = TypeVar("U")

Step = Callable[[Any], Iterable[Any]]


class Flow(Generic[T]):
    """A lazy stream of `T` derived from a turn's frames.

    Iterate it with ``for`` in any thread or ``async for`` in any event loop. The frames of a turn
    are handed out once: two flows of one turn share them. Leaving an iteration before its end
    interrupts the turn.
    """

    def __init__(self, source: Source, make_step: Callable[[], Step]) -> None:
        self._source = source
        self._make_step = make_step

    def __iter__(self) -> Iterator[T]:
        step = self._make_step()
        with closing(self._source.read()) as batches:
            for batch in batches:
                for frame in batch.frames:
                    yield from step(frame)

    async def __aiter__(self) -> AsyncIterator[T]:
        step = self._make_step()
        async with aclosing(self._source.aread()) as batches:
            async for batch in batches:
                for frame in batch.frames:
                    for item in step(frame):
                        yield item

    def map(self, function: Callable[[T], U]) -> Flow[U]:
        """Return the stream of ``function(item)``."""
        return self._then(lambda: lambda item: (function(item),))

    def filter(self, wanted: Callable[[T], object] | type[Any] | tuple[type[Any], ...]) -> Flow[T]:
        """Return the stream of items that are `wanted`: of these types, or true for a predicate."""
        if isinstance(wanted, (type, tuple)):
            return self._then(lambda: lambda item: (item,) if isinstance(item, wanted) else ())
        return self._then(lambda: lambda item: (item,) if wanted(item) else ())

    def tap(self, look: Callable[[T], object]) -> Flow[T]:
        """Return the same stream; `look` sees every item as it passes."""

        def step(item: T) -> Iterable[T]:
            look(item)
            return (item,)

        return self._then(lambda: step)

    def flat_map(self, function: Callable[[T], Iterable[U]]) -> Flow[U]:
        """Return the stream of all items of all ``function(item)``."""
        return self._then(lambda: function)

    def _then(self, make_next: Callable[[], Step]) -> Flow[Any]:
        make_first = self._make_step

        def make() -> Step:
            first, second = make_first(), make_next()
            return lambda item: [out for middle in first(item) for out in second(middle)]

        return Flow(self._source, make)
