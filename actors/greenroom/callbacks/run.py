"""One callback that runs."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pykka

from greenroom.callbacks.trouble import Trouble
from greenroom.runtime.dispatcher.workers import Job
from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.future import Future
from greenroom.values.callback_failure import CallbackFault

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from greenroom.callbacks.call import Call
    from greenroom.callbacks.caller import Caller
    from greenroom.runtime.crew import Crew

__all__ = ["Run"]


class Run:
    """A callback from its start to its result. All of it is beside the actors.

    It is called on a thread of the crew, in a copy of the caller's context. What it returns to be
    awaited is awaited on the caller's event loop, or on the session's; a future of another
    `pykka` actor is waited for on that thread, and a :class:`~greenroom.runtime.Future` by nobody.

    Args:
        function: the callback; takes `call`.
        call: what it may know.
        finish: makes of its result what `done` gets; it may look at what the callback returned.
        caller: whose context and loop it gets.
        crew: who runs it.
        loop: gives the loop for coroutines whose caller has none.
        left: called when its thread is free again.
        done: called on some thread, once: with what `finish` returned, or with the trouble.
    """

    def __init__(
        self,
        function: Callable[[Call], Any],
        call: Call,
        *,
        finish: Callable[[Any], Any],
        caller: Caller,
        crew: Crew,
        loop: Callable[[], asyncio.AbstractEventLoop],
        left: Callable[[], object],
        done: Callable[[Any, Trouble | None], object],
    ) -> None:
        self._function = function
        self._call = call
        self._finish = finish
        self._caller = caller
        self._crew = crew
        self._own_loop = loop
        self._left = left
        self._done = done
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> bool:
        """Begin, and return whether it did: if not, it is done, and has no thread to leave.

        A callback that was cancelled meanwhile is not called.
        """
        try:
            self._crew.submit(Job(self._work, self._refused))
        except (RuntimeError, DispatcherClosed) as error:
            self._give_up(str(error))
            return False
        return True

    def cancel(self, reason: str) -> None:
        """Tell it that nobody waits for its answer any more."""
        self._call.signal.cancel(reason)

    # --- on a thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        """Call it; whatever it raises or returns, this returns."""
        if self._call.signal.cancelled:
            self._left()
            self._give_up(f"it was cancelled before it was called: {self._call.signal.reason}")
            return
        try:
            result = self._caller.context.copy().run(self._function, self._call)
            if isinstance(result, pykka.Future) and not _announced(result):
                result = result.get()
            later = isinstance(result, Future | Awaitable)
        except BaseException as error:  # noqa: BLE001 - its end is not the thread's
            self._left()
            self._fail(error, CallbackFault.RAISED)
            return
        if not later:
            self._conclude(result)
        self._left()
        if isinstance(result, Future):
            result.add_done_callback(lambda error: self._answered(result, error))
        elif later:
            self._await(result)

    def _refused(self, _result: Any, error: BaseException | None) -> None:
        if error is not None:  # the crew was closed before it came to it
            self._left()
            self._give_up(str(error))

    def _answered(self, future: Future[Any], error: BaseException | None) -> None:
        """Look at the answer on a thread of ours: whoever gave it has other things to do."""

        def look() -> None:
            if error is not None:
                self._fail(error, CallbackFault.RAISED)
            else:
                self._conclude(future.get())

        try:
            self._crew.submit(Job(look, self._unheard))
        except (RuntimeError, DispatcherClosed) as closed:
            self._give_up(str(closed))

    def _unheard(self, _result: Any, error: BaseException | None) -> None:
        if error is not None:
            self._give_up(str(error))

    # --- on a loop ------------------------------------------------------------------------------

    def _await(self, awaitable: Awaitable[Any]) -> None:
        try:
            loop = self._caller.loop or self._own_loop()
            if loop is self._caller.loop and not loop.is_running():
                raise RuntimeError("it does not run")  # noqa: TRY301 - as if it were closed
            loop.call_soon_threadsafe(self._begin_task, loop, awaitable)
        except (RuntimeError, OSError) as error:  # the latter: no files are left for a loop of ours
            _abandon(awaitable)
            self._give_up(f"its event loop is gone: {error}")

    def _begin_task(self, loop: asyncio.AbstractEventLoop, awaitable: Awaitable[Any]) -> None:
        self._loop = loop
        coroutine = self._follow(awaitable)
        self._task = loop.create_task(coroutine, context=self._caller.context.copy())
        self._call.signal.on_cancel(self._stop_task, quick=True)

    def _stop_task(self) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and with it the task is gone
                loop.call_soon_threadsafe(self._cancel_task)

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _follow(self, awaitable: Awaitable[Any]) -> None:
        try:
            result = await awaitable
        except BaseException as error:  # noqa: BLE001 - SystemExit would end the caller's loop
            self._fail(error, CallbackFault.RAISED)
        else:
            self._conclude(result)

    # --- the end --------------------------------------------------------------------------------

    def _conclude(self, result: Any) -> None:
        try:
            value = self._finish(result)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it was no answer
            self._fail(error, CallbackFault.BAD_ANSWER)
        else:
            self._done(value, None)

    def _fail(self, error: BaseException, fault: CallbackFault) -> None:
        self._done(None, Trouble.of(error, fault))

    def _give_up(self, why: str) -> None:
        self._done(None, Trouble(CallbackFault.UNREACHABLE, "Unreachable", why))


def _announced(future: pykka.Future[Any]) -> bool:
    """Whether it tells when it is answered; one made by `map` computes its answer when asked."""
    return isinstance(future, Future) and future._get_hook is None  # noqa: SLF001 - `pykka` has no other sign


def _abandon(awaitable: Awaitable[Any]) -> None:
    with suppress(BaseException):  # it may be of a kind of its own
        if isinstance(awaitable, Coroutine):
            awaitable.close()
