"""Frames on their way from the dispatcher to a reader, in a bounded buffer.

The producer never waits. When more than `limit` bytes are unread, one of two things happens:

* somebody reads, and the process can be paused: the producer is told to, until half of them are
  read;
* nobody reads, or there is nothing to pause: the oldest batches are dropped and counted. So a
  caller who only wants the result pays a fixed amount of memory.

One producer (the dispatcher's thread), any number of readers; each batch goes to one of them.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import aclosing, closing, suppress
from typing import TYPE_CHECKING, Any, Final

from greenroom.runtime import WouldBlock
from greenroom.runtime.future import require_free_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from greenroom.runtime import Dispatcher
    from greenroom_protocol import Batch

__all__ = ["DEFAULT_LIMIT_BYTES", "Stream"]

DEFAULT_LIMIT_BYTES: Final = 16 * 1024 * 1024
"""Unread bytes a stream holds; a batch of frames weighs the bytes it was decoded from."""

_END: Final = None


class Stream:
    """A bounded buffer of frame batches, readable by threads and by asyncio alike.

    Iterate it with ``for`` in any thread or ``async for`` in any event loop to get frames, or
    iterate `batches` or `abatches`. Each frame is handed out once. Leaving an iteration has no
    effect but that the rest of the batch it was in is skipped.

    Attributes:
        lost_frames: frames dropped because nobody read them in time.
    """

    __slots__ = (
        "_allowed",
        "_dispatcher",
        "_ended",
        "_limit",
        "_lock",
        "_on_relief",
        "_queue",
        "_readers",
        "_strained",
        "_total",
        "_wakers",
        "lost_frames",
    )

    def __init__(
        self,
        *,
        limit: int = DEFAULT_LIMIT_BYTES,
        on_relief: Callable[[], None] | None = None,
        dispatcher: Dispatcher | None = None,
    ) -> None:
        """Create an empty stream.

        Args:
            limit: unread bytes that strain it.
            on_relief: called by a reader when a strained stream is half empty again, or was left
                by its last reader. None: the producer cannot pause, so `put` never asks for it.
            dispatcher: who has to run for frames to come, if that is known.
        """
        self.lost_frames = 0
        self._queue: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        self._limit = limit
        self._on_relief = on_relief
        self._dispatcher = dispatcher
        self._total = 0  # bytes that were put
        self._allowed = limit  # bytes that may have been put by now: those taken, and the limit
        self._readers = 0
        self._strained = False
        self._ended = False
        # Reentrant: the garbage collector may close a forgotten iterator on a thread that has it.
        self._lock = threading.RLock()
        self._wakers: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    # --- the producer's side, on the dispatcher --------------------------------------

    def put(self, batch: Batch) -> bool:
        """Add a batch; return False when the producer should pause until `on_relief` is called."""
        self._total += len(batch.block)
        self._queue.put(batch)
        if self._wakers:
            self._wake()
        return self._total <= self._allowed or self._make_room()

    def end(self) -> None:
        """Say that nothing follows. Idempotent; readers finish after what is buffered."""
        if not self._ended:
            self._ended = True
            self._queue.put(_END)
            self._wake()

    def stop_pausing(self) -> None:
        """Let `put` ask for no pause any more: what is not read in time is dropped and counted.

        For a producer that has to get to its end, however slow the readers are. `on_relief` is not
        called for it, nor, but for a reader that is just about to, ever again. Idempotent.
        """
        with self._lock:
            self._on_relief = None
            self._strained = False

    def _make_room(self) -> bool:
        """Return False if a reader will call for more, else drop what is too much."""
        with self._lock:
            if self._total <= self._allowed:  # a reader was faster
                return True
            # Strained first: a reader that is gone after the look at them has seen it.
            self._strained = self._on_relief is not None
            if self._strained and self._readers:
                return False
            self._strained = False
            while self._total > self._allowed:
                if not self._drop_oldest():
                    break
        return True

    def _drop_oldest(self) -> bool:
        try:
            batch = self._queue.get_nowait()
        except queue.Empty:  # a reader has just taken it
            return False
        if batch is _END:
            self._queue.put(_END)
            return False
        self._allowed += len(batch.block)
        self.lost_frames += len(batch.frames)
        return True

    def _wake(self) -> None:
        with self._lock:
            wakers, self._wakers = self._wakers, []
        for loop, future in wakers:
            with suppress(RuntimeError):  # that loop was closed; nobody waits there any more
                loop.call_soon_threadsafe(_resolve, future)

    # --- the readers' side, on any thread or loop ------------------------------------

    @property
    def exhausted(self) -> bool:
        """Whether everything there will ever be has been read."""
        return self._ended and self._total == self._allowed - self._limit

    def __iter__(self) -> Generator[Any]:
        with closing(self.batches()) as batches:
            for batch in batches:
                yield from batch.frames

    async def __aiter__(self) -> AsyncGenerator[Any]:
        async with aclosing(self.abatches()) as batches:
            async for batch in batches:
                for frame in batch.frames:
                    yield frame

    def batches(self) -> Generator[Batch]:
        """Yield batches until the end, blocking the calling thread in between.

        Raises:
            WouldBlock: there is none yet, and the caller runs on a dispatcher.
        """
        get, get_nowait, took = self._queue.get, self._queue.get_nowait, self._took
        take = get_nowait
        self._attach()
        try:
            while True:
                try:
                    batch = take()
                except queue.Empty:
                    self._require_free_thread()
                    take = get
                    continue
                take = get_nowait
                if batch is _END:
                    break
                took(batch)
                yield batch
            self._queue.put(_END)  # for the other readers
        finally:
            self._detach()

    async def abatches(self) -> AsyncGenerator[Batch]:
        """Yield batches until the end; other tasks of the running event loop run in between."""
        self._attach()
        try:
            while (batch := await self._await()) is not _END:
                self._took(batch)
                yield batch
                await asyncio.sleep(0)  # with much to read it would never wait otherwise
            self._queue.put(_END)
        finally:
            self._detach()

    def _require_free_thread(self) -> None:
        try:
            require_free_thread(self._dispatcher, "frames")
        except WouldBlock:
            raise WouldBlock(
                "waiting for frames here would stop the dispatcher that brings them, whose thread "
                "this is; iterate on another thread, or with `async for` in an event loop"
            ) from None

    async def _await(self) -> Batch | None:
        while True:
            with suppress(queue.Empty):
                return self._queue.get_nowait()
            await self._arrival()

    async def _arrival(self) -> None:
        loop = asyncio.get_running_loop()
        waker = (loop, loop.create_future())
        with self._lock:
            self._wakers.append(waker)
        try:
            if self._queue.empty():  # else it came in between
                await waker[1]
        finally:
            with self._lock, suppress(ValueError):  # it was woken
                self._wakers.remove(waker)

    def _took(self, batch: Batch) -> None:
        with self._lock:
            self._allowed += len(batch.block)
            if not self._strained or 2 * (self._total - self._allowed) > -self._limit:
                return
        self._relieve()

    def _attach(self) -> None:
        with self._lock:
            self._readers += 1

    def _detach(self) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers:
                return
        self._relieve()

    def _relieve(self) -> None:
        with self._lock:
            strained, self._strained = self._strained, False
            on_relief = self._on_relief
        if strained and on_relief is not None:
            on_relief()


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
