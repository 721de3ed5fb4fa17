"""One attempt to start a child, which may take its time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pykka

from greenroom.runtime.dispatcher.current import set_current_dispatcher
from greenroom.runtime.future import Future

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.supervision.child import Child

__all__ = ["Attempt"]


class Attempt:
    """A start under way. For the dispatcher's thread, where it calls the `start` at once.

    Args:
        child: whose start is called.
        dispatcher: the supervisor's.
        wake: called when it is over, from any thread.

    Attributes:
        child: as given.
        overdue: whether whoever ends the supervisor has waited long enough.
    """

    def __init__(
        self,
        child: Child,
        dispatcher: Dispatcher,
        wake: Callable[[], object],
    ) -> None:
        self.child = child
        self.overdue = False
        self._waits_for: Any = None
        self._settled: Future[Any] = Future()
        if child.spec.blocking:
            self._take(_working(child.spec.start, dispatcher))
        else:
            result, problem = _called(child.spec.start, dispatcher)
            if problem is None:
                self._take(result)
            else:
                self._settled.fail(problem)
        if not self._settled.done:
            self._settled.add_done_callback(lambda _error: wake())

    @property
    def done(self) -> bool:
        """Whether it is known what came of it."""
        return self._settled.done

    def error(self) -> BaseException | None:
        """Return what kept it from succeeding, once it is done."""
        told: list[BaseException | None] = []
        self._settled.add_done_callback(told.append)  # raised, it would refer to this frame
        return told[0]

    def outcome(self) -> Any:
        """Return what the start gave, once it is done and there was no error."""
        return self._settled.get()

    def cancel(self) -> None:
        """Tell what the start waits for, if it can be told, that nobody wants it any more."""
        cancel = getattr(self._waits_for, "cancel", None)
        if cancel is not None:
            cancel()

    def abandon(self, dispose: Callable[[Any], object]) -> None:
        """Have whatever still comes of it go to `dispose`, on the thread that brings it."""

        def late(error: BaseException | None) -> None:
            if error is None:
                dispose(self._settled.get())

        self._settled.add_done_callback(late)

    def _take(self, result: Any) -> None:
        """Settle with a result, or wait for it if it is a future."""
        if not isinstance(result, pykka.Future):
            self._settled.settle(result)
            return
        self._waits_for = result
        future = _telling(result)
        future.add_done_callback(lambda error: self._taken(future, error))

    def _taken(self, future: Future[Any], error: BaseException | None) -> None:
        self._waits_for = None
        if error is not None:
            self._settled.fail(error)
            return
        try:
            self._take(future.get())
        except BaseException as broken:  # noqa: BLE001 - a stranger's future
            self._settled.fail(broken)


def _called(start: Callable[..., Any], dispatcher: Dispatcher) -> tuple[Any, BaseException | None]:
    """Call a start as if from one of the dispatcher's actors."""
    outer = set_current_dispatcher(dispatcher)
    try:
        return start(), None
    except BaseException as error:  # noqa: BLE001 - of whatever kind, it is a start error (B2)
        return None, error
    finally:
        set_current_dispatcher(outer)


def _working(start: Callable[..., Any], dispatcher: Dispatcher) -> Future[Any]:
    """Call a start on a worker thread."""
    work = Future[Any]()
    try:
        dispatcher.run_in_worker(_call_for, work, start, then=_nothing)
    except Exception as error:  # noqa: BLE001 - it is closing, or there is no thread to be had
        work.fail(error)
    return work


def _call_for(future: Future[Any], start: Callable[..., Any]) -> None:
    # Not by the dispatcher's `then`: that is not called for work that outlasts the dispatcher,
    # and an actor started by then would be nobody's.
    try:
        future.settle(start())
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
        future.fail(error)
    finally:
        del future  # or an error's traceback holds the future that holds the error


def _nothing(_result: Any, _error: BaseException | None) -> None:
    """Take no notice of what the future has told already."""


def _telling(future: pykka.Future[Any]) -> Future[Any]:
    """Return a future that tells when it is set, for one that may only be waited for."""
    if isinstance(future, Future) and future._get_hook is None:  # noqa: SLF001 - pykka's own
        return future
    ours = Future[Any]()

    def wait() -> None:
        try:
            ours.settle(future.get())
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            ours.fail(error)

    threading.Thread(target=wait, name="greenroom-start", daemon=True).start()
    return ours
