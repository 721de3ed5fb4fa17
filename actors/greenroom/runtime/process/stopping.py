"""Climbs a stop ladder: a small state machine over injected time."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from greenroom.runtime.process.ladder import Rung, StopLadder
from greenroom.runtime.process.unheard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.timer import Timer

__all__ = ["Stopping"]

_RUNGS = tuple(Rung)


@final
class Stopping:
    """Takes the rungs of a ladder one after the other until it is told that all is over.

    States: at rest, on a rung, exhausted, over. `request` starts the climb; `over` ends it from
    any state. Used on the dispatcher's thread alone.

    Attributes:
        ladder: what is climbed: the default, until something else is asked for.
        rung: the one that stands now; None before the first.

    Args:
        dispatcher: gives the time and the timers.
        actions: what to do on arrival at each rung.
        exhausted: called once when the last rung did not help.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        actions: Mapping[Rung, Callable[[], None]],
        exhausted: Callable[[], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._actions = actions
        self._exhausted = exhausted
        self.ladder = StopLadder()
        self._busy = False
        self.rung: Rung | None = None
        self._since = 0.0
        self._timer: Timer | None = None
        self._over = False

    def request(self, ladder: StopLadder, *, busy: bool) -> None:
        """Start to climb, or hasten a climb under way.

        A further request never slows a climb and never repeats a rung: of all requests, the
        shortest time counts on each rung.
        """
        if self._over:
            return
        self.ladder = ladder if self.rung is None else self.ladder.at_most(ladder)
        self._busy = self._busy or busy
        if self.rung is None or not self.ladder.climbs(self.rung, busy=self._busy):
            self._climb()
        else:
            self._wait()

    def over(self) -> None:
        """Take no further rung: the process has ended."""
        self._over = True
        self._actions, self._exhausted = {}, unheard
        self._disarm()

    def _climb(self) -> None:
        self._disarm()
        rung = self._next()
        if rung is None:
            self._over = True
            self._exhausted()
            return
        self.rung = rung
        self._since = self._dispatcher.clock.now()
        self._wait()
        self._actions[rung]()

    def _next(self) -> Rung | None:
        left = _RUNGS if self.rung is None else _RUNGS[_RUNGS.index(self.rung) + 1 :]
        return next((rung for rung in left if self.ladder.climbs(rung, busy=self._busy)), None)

    def _wait(self) -> None:
        assert self.rung is not None  # only called on a rung
        self._disarm()
        due = self._since + self.ladder.grace(self.rung, busy=self._busy)
        delay = max(0.0, due - self._dispatcher.clock.now())
        self._timer = self._dispatcher.call_later(delay, self._climb)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
