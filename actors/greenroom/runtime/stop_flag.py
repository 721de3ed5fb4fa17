"""An actor's `actor_stopped` event, which also tells those who wait for it by message.

pykka announces an actor's end by nothing but this event, and an event can only be
waited for. A `StopFlag` is such an event that calls back. The actors of this
runtime are born with one; the event of a plain pykka actor is made into one when
the actor is first watched, linked, named or subscribed. The alternative, a thread per
such actor that waits, would cost a thread, could not be called off, and would not see
the exception that ended the actor.
"""

from __future__ import annotations

import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any, Protocol

from greenroom.runtime.exit_reason import NO_PROC, NORMAL, Crash, ExitReason
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pykka import ActorRef

__all__ = ["StopFlag", "Tie", "Ties"]


class Tie(Protocol):
    """What two actors share, and one of them is to learn of the other's end by."""

    def ended(self, flag: StopFlag, reason: ExitReason) -> None:
        """Tell the other: the actor of `flag` has ended. For who took the tie out."""


class Ties:
    """The monitors and links that one actor takes part in, and what it releases by its end.

    Not on the path of any message, so a plain lock will do.
    """

    __slots__ = ("_closed", "_lock", "_releases", "_shared")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shared: dict[str, set[Tie]] = {}
        self._releases: dict[Hashable, Callable[[], object]] | None = None
        self._closed = False

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._shared.values())) + len(self._releases or ())

    def add(self, peer: str, tie: Tie) -> bool:
        """Keep `tie`, shared with the actor of URN `peer`; False if it is too late."""
        with self._lock:
            if not self._closed:
                self._shared.setdefault(peer, set()).add(tie)
            return not self._closed

    def discard(self, peer: str, tie: Tie) -> None:
        """Forget `tie`, if it is known."""
        with self._lock:
            shared = self._shared.get(peer)
            if shared is not None:
                shared.discard(tie)
                if not shared:
                    del self._shared[peer]

    def between(self, peer: str) -> list[Tie]:
        """Return what is shared with the actor of URN `peer`."""
        with self._lock:
            return list(self._shared.get(peer, ()))

    def add_release(self, key: Hashable, release: Callable[[], object]) -> bool:
        """Keep what is to be called by the end; False if it is too late."""
        with self._lock:
            if not self._closed:
                if self._releases is None:  # most actors have no name
                    self._releases = {}
                self._releases[key] = release
            return not self._closed

    def discard_release(self, key: Hashable) -> None:
        """Forget what was kept under `key`, if anything was."""
        with self._lock:
            if self._releases is not None:
                self._releases.pop(key, None)

    @property
    def closed(self) -> bool:
        """Whether the actor's end has been announced."""
        return self._closed

    def close(self) -> tuple[list[Tie], list[Callable[[], object]]]:
        """Take out all ties and releases, and take in no more."""
        with self._lock:
            self._closed = True
            ties = [tie for shared in self._shared.values() for tie in shared]
            self._shared.clear()
            releases = list((self._releases or {}).values())
            self._releases = None
            return ties, releases


class StopFlag(threading.Event):
    """Set once, when its actor has ended; then every tie of the actor learns of it.

    Args:
        take_news: how the actor learns of others' ends; None for a plain pykka actor,
            who is told.

    Attributes:
        because: the reason of an end that no exception causes. Whoever has a plain
            pykka actor stopped writes it here: its stop message has no room for it.
        last: the reason of the end, for who comes too late to be told; None before it, and
            after a crash, which would keep alive whatever its traceback refers to.
        ties: the monitors and links, and what is released by the end.
    """

    ties: Ties
    take_news: Callable[[Any], object] | None = None
    because: ExitReason = NORMAL
    last: ExitReason | None = None

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
            _Bell.hang(event)
            event.__class__ = cls
        assert isinstance(event, cls)
        return event

    def set(self) -> None:
        """Announce the end, a crash if it comes while an exception is handled."""
        error = sys.exception()
        self.end(self.because if error is None else Crash(error))

    def end(self, reason: ExitReason) -> None:
        """Announce the end: the actor is dead, then it has no name, then the others know (M4).

        Who ties himself to it from now on finds the ties closed. Only the first call
        announces anything.
        """
        if not (self.is_set() or isinstance(reason, Crash)):
            self.last = reason
        ties, releases = self.ties.close()
        super().set()
        self._announce(ties, releases, reason)

    def overheard(self) -> None:
        """Announce an end that nobody did: its `set` began before the event became a flag."""
        if self.ties.closed:
            return
        error = sys.exception()
        reason = self.because if error is None else Crash(error)
        if error is None:
            self.last = reason
        self._announce(*self.ties.close(), reason)

    def _announce(
        self, ties: list[Tie], releases: list[Callable[[], object]], reason: ExitReason
    ) -> None:
        for release in releases:
            try:
                release()
            except BaseException as error:  # noqa: BLE001 - the others are released, and told, yet
                report_error(__name__, "release_failed", error)
        for tie in ties:
            tie.ended(self, reason)

    def on_end(self, key: Hashable, release: Callable[[], object]) -> bool:
        """Have `release()` called by the end, before anybody is told of it. From any thread.

        Args:
            key: by which it can be called off, with `call_off`.
            release: called once, on the thread where the actor ends; must not block.

        Returns:
            False if the actor has ended; `release` may have been called then or not.
        """
        return self.ties.add_release(key, release) and self.still_on()

    def call_off(self, key: Hashable) -> None:
        """Release nothing under `key` any more."""
        self.ties.discard_release(key)

    def still_on(self) -> bool:
        """Whether the actor lives. If it ended unseen, its ties are told so.

        To be asked after a tie was added: a plain pykka actor may have ended while its
        event became a flag, and told nobody.
        """
        if self.is_set():
            self.end(NO_PROC)
            return False
        return True


class _Bell(threading.Condition):
    """The condition within an event that became a flag.

    A thread may have looked up the event's own `set` before, and call it afterwards: that tells
    nobody. But it looks up this condition's `notify_all` when it has set the event, and so rings;
    or it had done that before too, and then whoever adds a tie finds the event set.
    """

    flag: weakref.ref[threading.Event]

    @classmethod
    def hang(cls, event: threading.Event) -> None:
        """Have the end announced that the event's own `set` may be about to bring."""
        bell = vars(event)["_cond"]
        bell.flag = weakref.ref(event)
        bell.__class__ = cls

    def notify_all(self) -> None:
        """Wake those who wait, and tell those who want to be told."""
        super().notify_all()
        flag = self.flag()
        if isinstance(flag, StopFlag):
            flag.overheard()
