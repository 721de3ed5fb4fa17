"""Starts that the system had no room for: they wait for room instead of failing."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple, final

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.child import Child
    from greenroom.runtime.process.spawn_error import SpawnError
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

    One is tried again whenever another child is gone, and every quarter of a second; it fails after
    the time that it may take, or as soon as nobody wants it. Used on the dispatcher's thread alone.

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
        self._waiting: deque[_Waiting] = deque()
        self._timer: Timer | None = None

    def enter(self, child: Child, error: SpawnError) -> None:
        """Have `child`, whose start ended in `error`, wait for its turn or fail."""
        now = self._dispatcher.clock.now()
        until = self._since.setdefault(child, now) + self._patience
        if child.is_wanted and now < until:
            self._waiting.append(_Waiting(child, error, until))
            self._wait()
        else:
            self._fail(child, error)

    def leave(self, child: Child) -> None:
        """Forget when `child` first came: it has started, or failed for good."""
        self._since.pop(child, None)

    def relieve(self) -> None:
        """Try the next again: there may be room now."""
        now = self._dispatcher.clock.now()
        while self._waiting:
            child, error, until = self._waiting.popleft()
            if child.is_wanted and now < until:
                self._retry(child)
                break
            self._fail(child, error)
        self._wait()

    def _fail(self, child: Child, error: SpawnError) -> None:
        self.leave(child)
        child.started(None, error)

    def _wait(self) -> None:
        if self._waiting and self._timer is None:
            self._timer = self._dispatcher.call_later(_PACE_SECONDS, self._try_again)

    def _try_again(self) -> None:
        self._timer = None
        self.relieve()
