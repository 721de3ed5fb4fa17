"""An actor's `actor_stopped` event, which also tells those who wait for it by message.

pykka announces an actor's end by nothing but this event, and an event can only be
waited for. A `StopFlag` is such an event that calls back. The actors of this
runtime are born with one; the event of a plain pykka actor is made into one when
the actor is first watched or watches. The alternative, a thread per watched
actor that waits, would cost a thread, could not be called off, and would not see
the exception that ended the actor.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from greenroom.runtime.exit_reason import NORMAL, Crash, ExitReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from pykka import ActorRef

    from greenroom.runtime.monitor import Monitor

__all__ = ["StopFlag", "Ties"]


class Ties:
    """The monitors that one actor takes part in, as target or as watcher.

    Not on the path of any message, so a plain lock will do.
    """

    __slots__ = ("_closed", "_lock", "_monitors")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._monitors: dict[str, set[Monitor]] = {}
        self._closed = False

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._monitors.values()))

    def add(self, peer: str, monitor: Monitor) -> bool:
        """Keep `monitor`, shared with the actor of URN `peer`; False if it is too late."""
        with self._lock:
            if not self._closed:
                self._monitors.setdefault(peer, set()).add(monitor)
            return not self._closed

    def discard(self, peer: str, monitor: Monitor) -> None:
        """Forget `monitor`, if it is known."""
        with self._lock:
            shared = self._monitors.get(peer)
            if shared is not None:
                shared.discard(monitor)
                if not shared:
                    del self._monitors[peer]

    def between(self, peer: str) -> list[Monitor]:
        """Return the monitors shared with the actor of URN `peer`."""
        with self._lock:
            return list(self._monitors.get(peer, ()))

    def close(self) -> list[Monitor]:
        """Take out all monitors, and take in no more."""
        with self._lock:
            self._closed = True
            monitors = [monitor for shared in self._monitors.values() for monitor in shared]
            self._monitors.clear()
            return monitors


class StopFlag(threading.Event):
    """Set once, when its actor has ended; then every monitor of the actor learns of it.

    Args:
        take_news: how the actor learns of others' ends; None for a plain pykka actor,
            who is told.

    Attributes:
        ties: the monitors.
    """

    ties: Ties
    take_news: Callable[[Any], object] | None = None

    def __init__(self, take_news: Callable[[Any], object] | None = None) -> None:
        super().__init__()
        self.ties = Ties()
        self.take_news = take_news

    @classmethod
    def of(cls, ref: ActorRef[Any]) -> StopFlag:
        """Return the flag of any pykka actor."""
        event = ref.actor_stopped
        if not isinstance(event, cls):
            # `setdefault` is atomic: of two threads that come at once one makes the ties.
            event.__dict__.setdefault("ties", Ties())
            event.__class__ = cls
        assert isinstance(event, cls)
        return event

    def set(self) -> None:
        """Announce the end, a crash if it comes while an exception is handled."""
        error = sys.exception()
        self.end(NORMAL if error is None else Crash(error))

    def end(self, reason: ExitReason) -> None:
        """Announce the end. Who watches from now on finds the ties closed."""
        monitors = self.ties.close()
        super().set()
        self.announce(monitors, reason)

    def announce(self, monitors: list[Monitor], reason: ExitReason) -> None:
        """Tell `monitors` that the actor of this flag has ended."""
        for monitor in monitors:
            if monitor.target.actor_stopped is self:
                monitor.notify(reason)
            else:
                monitor.cancel()
