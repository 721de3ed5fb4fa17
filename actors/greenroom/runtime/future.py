"""Answers that may not be there yet, for threads and for asyncio tasks.

A pykka future with three differences. A thread that runs actors cannot block on
one: it would wait for itself. `await` suspends the task and leaves its event loop
running. And who waits costs something only while it waits.
"""

from __future__ import annotations

import queue
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pykka

from greenroom.runtime.dispatcher.current import current_dispatcher
from greenroom.runtime.doorbell import Doorbell
from greenroom.runtime.errors import WouldBlock
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator

    from pykka._future import GetHookFunc
    from pykka._types import OptExcInfo

    from greenroom.runtime.dispatcher.base import Dispatcher

__all__ = ["Future", "require_free_thread"]

T = TypeVar("T")


def require_free_thread(dispatcher: Dispatcher | None, what: str) -> None:
    """Raise WouldBlock where waiting would stop actors from running.

    Args:
        dispatcher: who has to run for the wait to end, if that is known.
        what: what is being waited for, for the error.
    """
    running = current_dispatcher()
    if running is None and dispatcher is not None:
        if dispatcher.is_current():
            running = dispatcher
        else:
            dispatcher.run_queue.mark.require(what)
    if running is not None:
        raise WouldBlock(
            f"waiting for {what} here would stop {running!r}, whose thread this is; "
            "ask with `block=False` and have the answer sent as a message"
        )


class Future(pykka.Future[T]):
    """A value, or an error, that is set once. All methods from any thread.

    Args:
        dispatcher: who has to run for the answer to come.
    """

    def __init__(self, dispatcher: Dispatcher | None = None) -> None:
        super().__init__()
        self._dispatcher = dispatcher
        self._lock = threading.Lock()
        self._result: tuple[Any, OptExcInfo | None] | None = None
        self._callbacks: list[Callable[[], object]] = []
        self._wakes: list[Callable[[], object]] = []  # of those who wait

    def get(self, *, timeout: float | None = None) -> T:
        """Return the value, or raise the error, waiting for it if need be.

        Args:
            timeout: seconds to wait at most; None waits for ever.

        Raises:
            pykka.Timeout: it did not come in time.
            WouldBlock: it is not there, and the caller runs on a dispatcher.
        """
        if self._get_hook is not None:
            return self._get_by_hook(timeout)
        if self._result is None:
            require_free_thread(self._dispatcher, "an answer")
            self._wait(timeout)
        result = self._result
        try:
            value: T = _unwrap(result)
            return value
        finally:
            del self, result  # or the error's traceback holds the future that holds the error

    def set(self, value: T | None = None) -> None:
        """Set the value. Raises `queue.Full`, as pykka does, if anything is set."""
        if not self.settle(value):
            raise queue.Full

    def set_exception(self, exc_info: OptExcInfo | None = None) -> None:
        """Set an error, by default the one being handled. Raises `queue.Full` likewise."""
        if not self.settle(None, exc_info or sys.exc_info()):
            raise queue.Full

    def set_get_hook(self, func: GetHookFunc[T]) -> None:
        """Have `get()` call `func(timeout)` for the value. Raises `queue.Full` if one is set."""
        with self._lock:
            if self._result is not None:
                raise queue.Full
            super().set_get_hook(func)

    def settle(self, value: Any = None, exc_info: OptExcInfo | None = None) -> bool:
        """Set the value or the error unless one is set; return whether this one counts."""
        with self._lock:
            if self._result is not None or self._get_hook is not None:
                return False
            self._result = (value, exc_info)
            callbacks, self._callbacks = self._callbacks, []
            wakes, self._wakes = self._wakes, []
        for callback in callbacks:
            try:
                callback()
            except BaseException as error:  # noqa: BLE001 - who sets it has done nothing wrong
                report_error(__name__, "future_callback_failed", error)
        for wake in wakes:
            if self._dispatcher is None:
                wake()
            else:
                self._dispatcher.rouse(wake)
        return True

    def fail(self, error: BaseException) -> bool:
        """Set `error`, as `settle` does."""
        return self.settle(None, (type(error), error, error.__traceback__))

    @property
    def done(self) -> bool:
        """Whether `get()` would return, or raise, at once. Unknown, so False, with a get hook."""
        return self._result is not None

    def add_done_callback(self, function: Callable[[BaseException | None], object]) -> None:
        """Call `function` with the error, or None, once this future is set.

        It is called on the thread that sets it, or here and now if it is set. What it
        raises there is logged. A future with a get hook is never set.
        """

        def tell() -> None:
            assert self._result is not None
            exc_info = self._result[1]
            function(None if exc_info is None else exc_info[1])

        with self._lock:
            pending = self._result is None
            if pending:
                self._callbacks.append(tell)
        if not pending:
            tell()

    def __await__(self) -> Generator[Any, None, T]:
        """Wait in an asyncio task; other tasks of its loop run meanwhile.

        Raises:
            RuntimeError: no asyncio loop runs here.
        """
        if self._get_hook is not None:
            value: T = yield from _on_a_thread(self.get).__await__()
            return value
        if self._result is None:
            yield from self._wait_in_task().__await__()
        value = self.get()
        return value

    __iter__ = __await__

    def _get_by_hook(self, timeout: float | None) -> T:
        # The hook runs once, so whoever comes second waits, as in pykka.
        if not self._lock.acquire(blocking=False):
            require_free_thread(self._dispatcher, "an answer that another thread computes")
            self._lock.acquire()
        try:
            return super().get(timeout=timeout)
        finally:
            self._lock.release()

    def _wait(self, timeout: float | None) -> None:
        # A bare lock, acquired twice: a Condition costs ten times as much.
        answered = threading.Lock()
        answered.acquire()
        if not self._add_wake(answered.release):
            return
        bounded = -1 if timeout is None else min(max(0.0, timeout), threading.TIMEOUT_MAX)
        try:
            if not answered.acquire(timeout=bounded):
                raise pykka.Timeout(f"no answer within {timeout} seconds")
        finally:
            self._forget(answered.release)

    async def _wait_in_task(self) -> None:
        wake, answered = _bridge()
        if not self._add_wake(wake):
            return
        try:
            await answered
        finally:
            self._forget(wake)

    def _add_wake(self, wake: Callable[[], object]) -> bool:
        """Have who waits woken; return False if there is nothing to wait for."""
        with self._lock:
            if self._result is None:
                self._wakes.append(wake)
            return self._result is None

    def _forget(self, wake: Callable[[], object]) -> None:
        with self._lock:
            if wake in self._wakes:
                self._wakes.remove(wake)


def _unwrap(result: tuple[Any, OptExcInfo | None] | None) -> Any:
    """Return the value, or raise the error, that a future was settled with."""
    assert result is not None
    value, exc_info = result
    if exc_info is None:
        return value
    kind, error, traceback = exc_info
    if error is None:
        assert kind is not None
        error = kind()
    try:
        raise error.with_traceback(traceback)
    finally:
        del error, exc_info, result, traceback  # this frame is in the traceback now


def _bridge() -> tuple[Callable[[], None], asyncio.Future[None]]:
    """Return a future of the running asyncio loop, and what resolves it from any thread."""
    import asyncio  # noqa: PLC0415 - who awaits has it loaded; who does not need not

    loop = asyncio.get_running_loop()
    answered: asyncio.Future[None] = loop.create_future()
    return partial(Doorbell.of(loop).ring, answered), answered


async def _on_a_thread(get: Callable[[], T]) -> T:
    # A get hook blocks by its contract, so it gets a thread for as long as it does.
    wake, answered = _bridge()
    outcome: Future[T] = Future()

    def work() -> None:
        try:
            outcome.settle(get())
        except BaseException as error:  # noqa: BLE001 - raised again in the task
            outcome.fail(error)
        wake()

    threading.Thread(target=work, name="greenroom-get-hook", daemon=True).start()
    await answered
    value: T = outcome.get()
    return value
