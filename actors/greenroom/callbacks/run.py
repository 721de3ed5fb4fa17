"""One callback that runs."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from greenroom.runtime.dispatcher.workers import Job
from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.future import Future

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from greenroom.callbacks.call import Call
    from greenroom.callbacks.caller import Caller
    from greenroom.runtime.crew import Crew

__all__ = ["Run", "Unreachable"]


class Unreachable(Exception):
    """A callback could not be run."""


class Run:
    """A callback from its start to its result.

    It is called on a thread of the crew, in a copy of the caller's context. What it returns to be
    awaited is awaited on the caller's event loop, or on the crew's; a
    :class:`~greenroom.runtime.Future` is waited for by nobody.

    Args:
        function: the callback; takes `call`.
        call: what it may know.
        caller: whose context and loop it gets.
        crew: who runs it.
        left: called when its thread is free again.
        done: called with the result or the error, on some thread, once.
    """

    def __init__(
        self,
        function: Callable[[Call], Any],
        call: Call,
        *,
        caller: Caller,
        crew: Crew,
        left: Callable[[], object],
        done: Callable[[Any, BaseException | None], object],
    ) -> None:
        self._function = function
        self._call = call
        self._caller = caller
        self._crew = crew
        self._left = left
        self._done = done
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> bool:
        """Begin, and return whether it did: if not, it is done, and has no thread to leave.

        A callback that was cancelled meanwhile is not called.
        """
        try:
            self._crew.submit(Job(self._enter, self._returned))
        except (RuntimeError, DispatcherClosed) as error:
            self._done(None, Unreachable(str(error)))
            return False
        return True

    def cancel(self, reason: str) -> None:
        """Tell it that nobody waits for its answer any more."""
        self._call.signal.cancel(reason)

    def _stop_task(self) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and with it the task is gone
                loop.call_soon_threadsafe(self._cancel_task)

    def _enter(self) -> Any:
        if self._call.signal.cancelled:
            raise Unreachable(f"it was cancelled before it was called: {self._call.signal.reason}")
        return self._caller.context.copy().run(self._function, self._call)

    def _returned(self, result: Any, error: BaseException | None) -> None:
        self._left()
        if isinstance(error, DispatcherClosed):
            self._done(None, Unreachable(str(error)))
        elif error is not None:
            self._done(None, error)
        elif isinstance(result, Future):
            result.add_done_callback(lambda failed: self._settled(result, failed))
        elif isinstance(result, Awaitable):
            self._await(result)
        else:
            self._done(result, None)

    def _settled(self, future: Future[Any], error: BaseException | None) -> None:
        self._done(None if error is not None else future.get(), error)

    def _await(self, awaitable: Awaitable[Any]) -> None:
        try:
            loop = self._caller.loop or self._crew.loop()
            loop.call_soon_threadsafe(self._begin_task, loop, awaitable)
        except RuntimeError as error:
            _abandon(awaitable)
            self._done(None, Unreachable(f"its event loop is gone: {error}"))

    def _begin_task(self, loop: asyncio.AbstractEventLoop, awaitable: Awaitable[Any]) -> None:
        self._loop = loop
        coroutine = self._follow(awaitable)
        self._task = loop.create_task(coroutine, context=self._caller.context.copy())
        self._call.signal.on_cancel(self._stop_task)

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _follow(self, awaitable: Awaitable[Any]) -> None:
        try:
            result = await awaitable
        except BaseException as error:  # noqa: BLE001 - SystemExit would end the caller's loop
            self._done(None, error)
        else:
            self._done(result, None)


def _abandon(awaitable: Awaitable[Any]) -> None:
    if isinstance(awaitable, Coroutine):
        awaitable.close()
