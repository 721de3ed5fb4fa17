"""Frames on their way from the dispatcher to a reader: the readers' side of a `Buffer`.

One producer (the dispatcher's thread), any number of readers; each batch goes to one of them.
"""

from __future__ import annotations

import threading
from contextlib import aclosing, closing, suppress
from functools import partial
from types import coroutine
from typing import TYPE_CHECKING, Any

from greenroom.runtime import Future, WouldBlock
from greenroom.runtime.doorbell import Doorbell
from greenroom.runtime.future import require_free_thread
from greenroom.turn.buffer import ASIDE, END, Buffer

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Callable, Generator

    from greenroom_protocol import Batch

__all__ = ["Stream"]


class Stream(Buffer):
    """A bounded buffer of frame batches, readable by threads and by asyncio alike.

    Iterate it with ``for`` in any thread or ``async for`` in any event loop to get frames, or
    iterate `batches` or `abatches`. Each frame is handed out once. Leaving an iteration has no
    effect but that the rest of the batch it was in is skipped.
    """

    def __iter__(self) -> Generator[Any]:
        with closing(self.batches()) as batches:
            for batch in batches:
                yield from batch.frames

    async def __aiter__(self) -> AsyncGenerator[Any]:
        async with aclosing(self.abatches()) as batches:
            async for batch in batches:
                for frame in batch.frames:
                    yield frame

    def batches(self, then: Callable[[], object] | None = None) -> Generator[Batch]:
        """Yield batches until the end, blocking the calling thread in between.

        Args:
            then: called when the reader has left, at the end or before.

        Raises:
            WouldBlock: there is none yet, and the caller runs on a dispatcher.
        """
        self._attach()
        try:
            while True:
                if not self._queue:
                    self._require_free_thread()
                    self._wait()
                try:
                    batch = self._take()
                except IndexError:  # another reader was faster
                    continue
                if batch is ASIDE:
                    batch = self._from_aside()
                    if batch is None:
                        continue
                if batch is END:
                    return
                yield batch
        finally:
            self._detach(then)

    async def abatches(self, then: Callable[[], object] | None = None) -> AsyncGenerator[Batch]:
        """Yield batches until the end; other tasks of the running event loop run in between.

        Args:
            then: called when the reader has left, at the end or before.
        """
        import asyncio  # noqa: PLC0415 - who iterates in a task has it loaded

        loop = asyncio.get_running_loop()
        ring = Doorbell.of(loop).ring
        self._attach()
        try:
            while True:
                if not self._queue:
                    await self._arrival(loop.create_future(), ring)
                try:
                    batch = self._take()
                except IndexError:  # another reader was faster
                    continue
                if batch is ASIDE:
                    batch = await self._afrom_aside()
                    if batch is None:
                        continue
                if batch is END:
                    return
                yield batch
                if self._queue:  # with so much to read it would never wait otherwise
                    await _give_way()
        finally:
            self._detach(then)

    async def _afrom_aside(self) -> Batch | None:
        """Do what `_from_aside` does, on a thread: disks are slow, and lines may be large.

        A thread of its own: those of the loop's executor may all be waiting for turns. What it
        fetched for a task that was cancelled meanwhile is what the next reader begins with.
        """
        fetched: Future[None] = Future()
        batch: Batch | None = None
        waiting = True

        def fetch() -> None:
            nonlocal batch
            try:
                got = self._fetch()
            except BaseException as error:  # noqa: BLE001 - raised again in the task
                self._go_on_aside()
                fetched.fail(error)
                return
            with self._lock:
                if waiting:
                    batch = got
                self._go_on_aside()
                if not waiting and got is not None:
                    self._put_back(got)
            fetched.settle()

        try:
            threading.Thread(target=fetch, name="greenroom-fetch").start()
        except RuntimeError:  # the system has no thread to give
            fetch()
        try:
            await fetched
        except BaseException:
            with self._lock:
                waiting = False
                if batch is not None:
                    self._put_back(batch)
            raise
        return batch

    def _require_free_thread(self) -> None:
        try:
            require_free_thread(self._dispatcher, "frames")
        except WouldBlock:
            raise WouldBlock(
                "waiting for frames here would stop the dispatcher that brings them, whose thread "
                "this is; iterate on another thread, or with `async for` in an event loop"
            ) from None

    def _wait(self) -> None:
        arrived = threading.Lock()
        arrived.acquire()
        wake = arrived.release
        self._wakers.append(wake)
        try:
            if not self._queue:  # else it came in between
                arrived.acquire()
        finally:
            self._forget(wake)

    async def _arrival(
        self, future: asyncio.Future[None], ring: Callable[[asyncio.Future[None]], object]
    ) -> None:
        wake = partial(ring, future)
        self._wakers.append(wake)
        try:
            if not self._queue:  # else it came in between
                await future
        finally:
            self._forget(wake)

    def _forget(self, wake: Callable[[], object]) -> None:
        if self._wakers:
            with suppress(ValueError):  # it was called
                self._wakers.remove(wake)

    def _attach(self) -> None:
        with self._lock:
            self._readers += 1

    def _detach(self, then: Callable[[], object] | None) -> None:
        with self._lock:
            self._readers -= 1
            alone = not self._readers
        if alone:
            self._relieve()
        if then is not None:
            then()


@coroutine
def _give_way() -> Generator[None]:
    """Let the other tasks of the loop run, as `asyncio.sleep(0)` does."""
    yield
