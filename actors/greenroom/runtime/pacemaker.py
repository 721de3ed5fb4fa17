"""Tells a host that was paused from one that had nothing to do.

A host can be stopped for a while as a whole: by SIGSTOP, a container's freezer, a debugger, a
laptop's lid, or a machine with far too much to do. Were that time counted, every deadline that
passed meanwhile would strike at once afterwards, before anybody has read what waits in the pipes.
So a dispatcher with timers looks at the clock at least once a second. A look that comes seconds too
late means a pause: the clock leaves it out, and timers rest for a second in which pipes are read.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.clock import HostClock

__all__ = ["Pacemaker"]

_LOOK_SECONDS: Final = 1.0
_LATE_SECONDS: Final = 2.0
_REST_SECONDS: Final = 1.0


@final
class Pacemaker:
    """Decides when a dispatcher looks at its timers, and whether they may fire then.

    Used on the dispatcher's thread alone.

    Args:
        clock: made to stand still for a pause.
        on_pause: told of each, with its length in seconds.
    """

    def __init__(self, clock: HostClock, on_pause: Callable[[float], object]) -> None:
        self._clock = clock
        self._on_pause = on_pause
        self._look_at = math.inf
        self._rest_until = -math.inf

    def appoint(self, due: float) -> float:
        """Return the moment of the next look, for a timer that is due at `due`."""
        soon = self._clock.now() + _LOOK_SECONDS
        self._look_at = max(self._rest_until, min(due, soon))
        return self._look_at

    def dismiss(self) -> None:
        """Take back the appointment: there is no timer, and nobody looks before there is one."""
        self._look_at = math.inf

    def look(self) -> bool:
        """Return whether timers that are due may fire now."""
        now = self._clock.now()
        late = now - self._look_at
        if late > _LATE_SECONDS:
            self._leave_out(late)
            return False
        return now >= self._rest_until

    def _leave_out(self, seconds: float) -> None:
        self._clock.paused_seconds += seconds
        # A rest after a rest would be one too many: where every look is late, nothing would fire.
        rested = self._look_at <= self._rest_until
        self._rest_until = self._look_at + (0.0 if rested else _REST_SECONDS)
        self._look_at = math.inf
        self._on_pause(seconds)
