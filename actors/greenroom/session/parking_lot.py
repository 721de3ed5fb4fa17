"""Where sessions wait that cannot do anything for now, by account."""

from __future__ import annotations

import math
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


_FURTHEST_SECONDS: Final = 8 * 86_400.0
"""How far away a reset is believed: a week is the longest limit there is, and clocks differ. What
is further away is a mistake, or not in seconds; it is not guessed at, but tried after that."""


class _Glance(NamedTuple):
    """See whether it is time."""

    bay: _Bay


class _Stay(NamedTuple):
    """What is known of a session that waits.

    Attributes:
        wants: whether it has something to try with.
        until: when its own limit is over; None: nobody knows.
    """

    wants: bool
    until: float | None


class _Bay:
    """The sessions that wait for one account.

    They need not wait for the same thing: an account has a limit for some hours, another one for
    the week, and others for single models. So each has a time of its own.

    Attributes:
        key: whose.
        waiting: the sessions.
        probe: the one that tries.
        pause: until when nobody tries who does not know its time.
        tries: how many failed.
        look: nobody may try before that.
        timer: looks at the clock.
    """

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.waiting: OrderedDict[ActorRef[Any], _Stay] = OrderedDict()
        self.probe: ActorRef[Any] | None = None
        self.pause = 0.0
        self.tries = 0
        self.look = 0.0
        self.timer: Timer | None = None

    def put(self, session: ActorRef[Any], stay: _Stay) -> float:
        """Have a session wait; return when it may try."""
        self.waiting[session] = stay
        due = self.due(stay)
        self.look = min(self.look, due)
        return due

    def due(self, stay: _Stay) -> float:
        """Return when a session may try."""
        return self.pause if stay.until is None else stay.until

    def able(self, now: float) -> ActorRef[Any] | None:
        """Return who may try; if nobody, note when to look again."""
        if now < self.look:
            return None
        look = math.inf
        for session, stay in self.waiting.items():
            due = self.due(stay) if stay.wants else math.inf
            if due <= now:
                return session
            look = min(look, due)
        self.look = look
        return None


class ParkingLot(Actor):
    """Lets one session of an account at a time try; when that goes well others need not.

    A session whose reset is known tries after it. All others try one by one, with pauses that grow
    as tries fail. A success lets all go on but those whose own reset is still to come.

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
        now = self._wall()
        tried = bay.probe == session or (bay.probe is None and now >= bay.pause)
        if tried:
            self._close(bay, now)
        first = tried and bay.tries == 1
        if until is not None:  # one that was over before is no help: one of the two clocks is wrong
            until = _believed(until, now) if first or until > now else None
        self.send(session, ParkedUntil(bay.put(session, _Stay(wants, until))))
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

    def _close(self, bay: _Bay, now: float) -> None:
        """A try failed: nobody may try for a while who does not know its time."""
        bay.probe = None
        bay.tries += 1
        bay.pause = now + self._patience(bay.tries)
        bay.look = 0.0
        for session, stay in bay.waiting.items():
            if stay.until is not None and stay.until <= now:  # it was over, and that was not enough
                bay.waiting[session] = _Stay(stay.wants, None)

    def _patience(self, tries: int) -> float:
        if self._random is None:
            from random import Random  # noqa: PLC0415 - few accounts are ever overdrawn

            self._random = Random()  # noqa: S311 - it spreads tries, it guards nothing
        return _PATIENCE.delay(tries, self._random)

    def _watch_clock(self, bay: _Bay, now: float) -> None:
        if bay.timer is not None:
            bay.timer.cancel()
            bay.timer = None
        if bay.look < math.inf:
            left = max(0.0, bay.look - now)
            bay.timer = self.after(min(left, _GLANCE_SECONDS), _Glance(bay))

    @handles(_Glance)
    def _on_glance(self, message: _Glance) -> None:
        self._probe(message.bay)

    @handles(Wants)
    def _on_wants(self, message: Wants) -> None:
        bay = self._bay_of.get(message.session)
        if bay is not None and message.session != bay.probe:
            stay = bay.waiting[message.session]
            bay.put(message.session, stay._replace(wants=True))
            self._probe(bay)

    @handles(Inconclusive)
    def _on_inconclusive(self, message: Inconclusive) -> None:
        bay = self._bay_of.get(message.session)
        if bay is None:
            self.send(message.session, Permit())
            return
        self._stand_down(bay, message.session)
        bay.waiting.move_to_end(message.session)
        stay = bay.waiting[message.session]
        due = bay.put(message.session, stay._replace(wants=message.wants))
        self.send(message.session, ParkedUntil(due))
        self._probe(bay)

    def _probe(self, bay: _Bay) -> None:
        """Have one try, when it is time, if one has something to try with."""
        if bay.probe is not None or not bay.waiting:
            return
        now = self._wall()
        bay.probe = bay.able(now)
        if bay.probe is None:
            self._watch_clock(bay, now)
        else:
            self.send(bay.probe, Permit(trial=True))

    @handles(Worked)
    def _on_worked(self, message: Worked) -> None:
        bay = self._bay_of.get(message.session)
        if bay is None:
            return
        self._leave(message.session)
        now = self._wall()
        bay.tries, bay.pause = 0, min(bay.pause, now)
        for session, stay in tuple(bay.waiting.items()):
            if bay.due(stay) <= now:
                self._leave(session)
                self.send(session, Permit())
        self._probe(bay)

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


def _believed(until: float, now: float) -> float:
    """Return when to try, when a reset is said to be at `until`."""
    return min(max(until, now + 1.0), now + _FURTHEST_SECONDS)
