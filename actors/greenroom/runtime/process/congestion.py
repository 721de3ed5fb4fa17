"""Starts that the system had no room for: they wait for room instead of failing."""

from __future__ import annotations

from bisect import insort
from contextlib import suppress
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, final

from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.process.spawn_error import SpawnError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.child import Child
    from greenroom.runtime.timer import Timer

__all__ = ["Congestion"]

_PACE_SECONDS: Final = 0.25


class _Waiting(NamedTuple):
    child: Child
    error: SpawnError
    until: float


@final
class Congestion:
    """Children whose start found no descriptor, process or memory to be had, in order of arrival.

    One is tried again whenever another child is gone, and every quarter of a second; each fails
    after the time that it may take, or when nobody wants it any more. Used on the dispatcher's
    thread alone.

    Args:
        dispatcher: gives the time.
        retry: starts a child once more.
        patience: seconds that a start may take in all.
    """

    def __init__(
        self, dispatcher: Dispatcher, retry: Callable[[Child], None], patience: float
    ) -> None:
        self._dispatcher = dispatcher
        self._retry = retry
        self._patience = patience
        self._since: dict[Child, float] = {}
        self._waiting: list[_Waiting] = []
        self._timer: Timer | None = None

    def enter(self, child: Child, error: SpawnError) -> None:
        """Have `child`, whose start ended in `error`, wait for its turn or fail."""
        now = self._dispatcher.clock.now()
        until = self._since.setdefault(child, now) + self._patience
        if child.is_wanted and now < until:
            insort(self._waiting, _Waiting(child, error, until), key=attrgetter("until"))
            self._wait()
        else:
            self._fail(child, error)

    def leave(self, child: Child) -> None:
        """Forget when `child` first came: it has started, or failed for good."""
        self._since.pop(child, None)

    def relieve(self) -> None:
        """Have the next tried again, soon: there may be room now."""
        if self._waiting:
            with suppress(DispatcherClosed):
                self._dispatcher.call_soon(self._try_next)

    def _try_next(self) -> None:
        now = self._dispatcher.clock.now()
        over = [one for one in self._waiting if now >= one.until or not one.child.is_wanted]
        self._waiting = [one for one in self._waiting if now < one.until and one.child.is_wanted]
        if self._waiting:
            self._retry(self._waiting.pop(0).child)
        with suppress(DispatcherClosed):
            self._wait()
            for one in over:  # each in a call of its own: it may raise
                self._dispatcher.call_soon(self._fail, one.child, one.error)

    def _fail(self, child: Child, error: SpawnError) -> None:
        self.leave(child)
        child.started(None, error if child.is_wanted else SpawnError.aborted(child.spec))

    def _wait(self) -> None:
        if self._waiting and self._timer is None:
            self._timer = self._dispatcher.call_later(_PACE_SECONDS, self._try_again)

    def _try_again(self) -> None:
        self._timer = None
        self._try_next()
