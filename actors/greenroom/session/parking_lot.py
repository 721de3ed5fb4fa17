"""Where sessions wait that cannot do anything for now, by account."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.runtime import Actor, Terminated, Timer, handles
from greenroom.runtime.backoff import Backoff
from greenroom.session.messages import Permit
from greenroom.session.parking import Inconclusive, Park, ParkedUntil, Wants, Worked

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from random import Random

    from pykka import ActorRef

__all__ = ["ParkingLot"]

_PATIENCE: Final = Backoff(first=60.0, base=120.0, factor=2.0, cap=3600.0, jitter=0.1)
"""Between two tries, where nobody says how long it takes."""

_GLANCE_SECONDS: Final = 60.0
"""The wall clock may jump, and the host may sleep: how long to rely on neither happening."""


class _Glance(NamedTuple):
    """See whether it is time."""

    bay: _Bay


class _Bay:
    """The sessions that wait for one account.

    Attributes:
        key: whose.
        waiting: the sessions, and whether each has something to try with.
        probe: the one that tries.
        until: when it is time to try.
        tries: how many failed.
        timer: looks at the clock.
    """

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.waiting: OrderedDict[ActorRef[Any], bool] = OrderedDict()
        self.probe: ActorRef[Any] | None = None
        self.until = 0.0
        self.tries = 0
        self.timer: Timer | None = None


class ParkingLot(Actor):
    """Lets one session at a time try, and all others go on when that went well.

    Args:
        wall: tells the Unix time.
        random: where the jitter of pauses comes from; of its own by default.
    """

    mailbox_bound = None  # written to by sessions alone, a few messages each

    def __init__(self, wall: Callable[[], float] = time.time, random: Random | None = None) -> None:
        super().__init__()
        self._wall = wall
        self._bays: dict[Hashable, _Bay] = {}
        self._bay_of: dict[ActorRef[Any], _Bay] = {}
        self._random = random

    @handles(Park)
    def _on_park(self, message: Park) -> None:
        session, account, until, wants = message
        bay = self._bay(session, account)
        late = bay.probe is None and self._wall() >= bay.until
        if bay.probe == session or late:
            self._close(bay, until)
        elif until is not None:
            bay.until = max(bay.until, until)
        bay.waiting[session] = wants
        self.send(session, ParkedUntil(bay.until))
        self._probe(bay)

    def _bay(self, session: ActorRef[Any], account: int | None) -> _Bay:
        key: Hashable = session if account is None else account
        old = self._bay_of.get(session)
        if old is None:
            self.watch(session)
        elif old.key != key:
            self._leave(session)
            self._probe(old)
            self.watch(session)
        bay = self._bays.setdefault(key, _Bay(key))
        self._bay_of[session] = bay
        return bay

    def _close(self, bay: _Bay, until: float | None) -> None:
        """Let nobody try for a while."""
        bay.probe = None
        bay.tries += 1
        now = self._wall()
        if until is None or (until <= now and bay.tries > 1):  # or one of the two clocks is wrong
            until = now + self._patience(bay.tries)
        bay.until = max(until, now + 1.0)
        self._watch_clock(bay)

    def _patience(self, tries: int) -> float:
        if self._random is None:
            from random import Random  # noqa: PLC0415 - few accounts are ever overdrawn

            self._random = Random()  # noqa: S311 - it spreads tries, it guards nothing
        return _PATIENCE.delay(tries, self._random)

    def _watch_clock(self, bay: _Bay) -> None:
        if bay.timer is not None:
            bay.timer.cancel()
        left = max(0.0, bay.until - self._wall())
        bay.timer = self.after(min(left, _GLANCE_SECONDS), _Glance(bay))

    @handles(_Glance)
    def _on_glance(self, message: _Glance) -> None:
        self._probe(message.bay)

    @handles(Wants)
    def _on_wants(self, message: Wants) -> None:
        bay = self._bay_of.get(message.session)
        if bay is not None and message.session != bay.probe:
            bay.waiting[message.session] = True
            self._probe(bay)

    @handles(Inconclusive)
    def _on_inconclusive(self, message: Inconclusive) -> None:
        bay = self._bay_of.get(message.session)
        if bay is None:
            self.send(message.session, Permit())
            return
        self._stand_down(bay, message.session)
        bay.waiting[message.session] = message.wants
        bay.waiting.move_to_end(message.session)
        self.send(message.session, ParkedUntil(bay.until))
        self._probe(bay)

    def _probe(self, bay: _Bay) -> None:
        """Have one try, when it is time, if one has something to try with."""
        if bay.probe is not None or not bay.waiting:
            return
        if self._wall() < bay.until:
            self._watch_clock(bay)
            return
        bay.probe = next((session for session, wants in bay.waiting.items() if wants), None)
        if bay.probe is not None:
            self.send(bay.probe, Permit(trial=True))

    @handles(Worked)
    def _on_worked(self, message: Worked) -> None:
        bay = self._bay_of.get(message.session)
        if bay is None:
            return
        for session in tuple(bay.waiting):
            self._leave(session)
            if session != message.session:
                self.send(session, Permit())

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        bay = self._bay_of.get(message.ref)
        if bay is not None:
            self._leave(message.ref)
            self._probe(bay)

    def _leave(self, session: ActorRef[Any]) -> None:
        bay = self._bay_of.pop(session)
        self.unwatch(session)
        del bay.waiting[session]
        self._stand_down(bay, session)
        if not bay.waiting:
            del self._bays[bay.key]
            if bay.timer is not None:
                bay.timer.cancel()

    @staticmethod
    def _stand_down(bay: _Bay, session: ActorRef[Any]) -> None:
        if bay.probe == session:
            bay.probe = None
