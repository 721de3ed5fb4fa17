"""Frames on their way from the dispatcher to a reader, in a bounded buffer.

The producer never waits. When more than `limit` bytes are unread, one of two things happens:

* somebody reads: the producer is told to pause the process until half of them are read;
* nobody reads: the oldest batches are dropped and counted, so that a caller who only wants the
  result pays a fixed amount of memory.

One producer (the dispatcher's thread), any number of readers; each batch goes to one of them.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from greenroom_protocol import Batch

__all__ = ["DEFAULT_LIMIT_BYTES", "Stream"]

DEFAULT_LIMIT_BYTES: Final = 16 * 1024 * 1024
"""Unread bytes a stream holds; a batch of frames weighs the bytes it was decoded from."""

_END: Final = None


class Stream:
    """A bounded buffer of frame batches, readable by threads and by asyncio alike.

    Attributes:
        lost_frames: frames dropped because nobody was reading.
    """

    __slots__ = (
        "_ended",
        "_limit",
        "_lock",
        "_on_relief",
        "_queue",
        "_reading",
        "_strained",
        "_taken",
        "_unread_total",
        "_wakers",
        "lost_frames",
    )

    def __init__(
        self,
        *,
        limit: int = DEFAULT_LIMIT_BYTES,
        on_relief: Callable[[], None] | None = None,
    ) -> None:
        """Create an empty stream.

        Args:
            limit: unread bytes that strain it.
            on_relief: called once by a reader when a strained stream is half empty again.
        """
        self.lost_frames = 0
        self._queue: queue.SimpleQueue[tuple[Batch, int] | None] = queue.SimpleQueue()
        self._limit = limit
        self._on_relief = on_relief
        self._unread_total = 0
        self._taken = 0
        self._reading = False
        self._strained = False
        self._ended = False
        self._lock = threading.Lock()
        self._wakers: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    # --- the producer's side, on the dispatcher --------------------------------------

    def put(self, batch: Batch) -> bool:
        """Add a batch; return False when the producer should pause until `on_relief` is called."""
        size = len(batch.block)
        self._unread_total += size
        self._queue.put((batch, size))
        if self._wakers:
            self._wake()
        return self._unread_total - self._taken <= self._limit or self._make_room()

    def end(self) -> None:
        """Say that nothing follows. Idempotent; readers finish after what is buffered."""
        if not self._ended:
            self._ended = True
            self._queue.put(_END)
            self._wake()

    def _make_room(self) -> bool:
        with self._lock:
            if self._unread_total - self._taken <= self._limit:  # a reader was faster
                return True
            if self._reading:
                self._strained = True
                return self._on_relief is None
            while self._unread_total - self._taken > self._limit:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is _END:
                    self._queue.put(_END)
                    break
                batch, size = item
                self._taken += size
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
        return self._ended and self._unread_total == self._taken

    def batches(self) -> Iterator[Batch]:
        """Yield batches until the end, blocking the calling thread in between."""
        self._attach()
        try:
            while (item := self._queue.get()) is not _END:
                yield self._took(item)
            self._queue.put(_END)
        finally:
            self._detach()

    async def abatches(self) -> AsyncIterator[Batch]:
        """Yield batches until the end, without blocking the running event loop."""
        self._attach()
        try:
            while (item := await self._next()) is not _END:
                yield self._took(item)
            self._queue.put(_END)
        finally:
            self._detach()

    async def _next(self) -> tuple[Batch, int] | None:
        while True:
            try:
                return self._queue.get_nowait()
            except queue.Empty:
                loop = asyncio.get_running_loop()
                future = loop.create_future()
                with self._lock:
                    self._wakers.append((loop, future))
                if self._queue.empty():  # else it came in between: look again at once
                    await future

    def _took(self, item: tuple[Batch, int]) -> Batch:
        batch, size = item
        with self._lock:
            self._taken += size
            relieved = self._strained and 2 * (self._unread_total - self._taken) <= self._limit
            if relieved:
                self._strained = False
        if relieved and self._on_relief is not None:
            self._on_relief()
        return batch

    def _attach(self) -> None:
        with self._lock:
            self._reading = True

    def _detach(self) -> None:
        with self._lock:
            self._reading = False
            relieved, self._strained = self._strained, False
        if relieved and self._on_relief is not None:
            self._on_relief()


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
