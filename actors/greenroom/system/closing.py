"""The end of a system: sessions stopped, processes reaped, secrets removed, threads ended.

It happens once, whoever asks for it and however often, and nothing that interrupts it leaves a
process running.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, final

import pykka
from msgspec import structs

from greenroom.port import Close, CloseReason, Hasten, Port
from greenroom.runtime import Actor, DispatcherClosed
from greenroom.runtime.future import require_free_thread
from greenroom.runtime.process_mark import ProcessMark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenroom.runtime import ActorRef, Dispatcher, Future
    from greenroom.runtime.crew import Crew
    from greenroom.runtime.process import Spawner, StopLadder

__all__ = ["Closing"]

_MARGIN_SECONDS: Final = 5.0

_LAST_SECONDS: Final = 1.0
"""For sessions to see that their processes were killed, and to clean up."""

_HEARING_SECONDS: Final = 0.25
"""For ports to hear that they are to be killed; a dispatcher that is busier is not waited for."""

_RESERVED_SECONDS: Final = 1.5
"""Of the time for closing: what interrupting a turn and draining the pipes may take."""


@final
class Closing:
    """Ends what runs on `dispatcher`. Safe from any thread and from signal handlers.

    Attributes:
        begun: whether it was asked for, so that nothing new may start.
        over: whether nothing runs any more.
    """

    def __init__(
        self, dispatcher: Dispatcher, spawner: Spawner, ladder: StopLadder, crew: Crew
    ) -> None:
        self.begun = False
        self.over = False
        self._dispatcher = dispatcher
        self._spawner = spawner
        self._ladder = ladder
        self._crew = crew
        self._mark = ProcessMark()
        # Reentrant: a signal handler that closes meets, on its own thread, what it interrupted.
        self._lock = threading.RLock()
        self._entered = False
        self._guests: dict[ActorRef[Any], Callable[[StopLadder], Any]] = {}

    def adopt(self, ref: ActorRef[Any], hasten: Callable[[StopLadder], Any]) -> None:
        """End another actor with the sessions.

        Args:
            ref: the actor; it is stopped as they are.
            hasten: makes the message that has it climb a shorter ladder.
        """
        with self._lock:
            self._guests = {guest: make for guest, make in self._guests.items() if guest.is_alive()}
            self._guests[ref] = hasten

    def begin(self, timeout: float) -> list[Future[bool]]:
        """Have every session stop, and return at once.

        Args:
            timeout: seconds until the rest is killed; processes are hastened so as to be down.

        Returns:
            A future of the end of each session.
        """
        if not self._mark.is_here:
            return []
        self.begun = True
        ladder = _hastened(self._ladder, timeout)
        self._tell_ports(Hasten(ladder))
        guests = dict(self._guests)
        for ref, hasten in guests.items():
            Actor.send(ref, hasten(ladder))
        return [
            ref.stop(block=False)
            for ref in self._dispatcher.live_actors()
            if ref in guests or ref.actor_class.ends_with_system
        ]

    def run(self, timeout: float | None = None) -> None:
        """See :meth:`greenroom.System.close`."""
        if self._is_idle():
            return
        if timeout is None:
            timeout = self._ladder.total(busy=False) + _MARGIN_SECONDS
        deadline = time.monotonic() + timeout
        if not self._lock.acquire(timeout=timeout + 2 * _MARGIN_SECONDS):
            raise TimeoutError("another thread has been closing the system for too long")
        try:
            if not self.over and not self._entered:
                self._go_through(timeout, deadline)
        finally:
            self._lock.release()

    def kill(self) -> None:
        """See :meth:`greenroom.System.kill`."""
        if self._is_idle():
            return
        self._announce_the_kill()
        self._spawner.close()
        self.run(_LAST_SECONDS)

    def _is_idle(self) -> bool:
        """Whether there is nothing to do; raises where waiting would stop the actors."""
        if self.over or not self._mark.is_here:
            return True
        require_free_thread(self._dispatcher, "the end of a system")
        return False

    def _go_through(self, timeout: float, deadline: float) -> None:
        self._entered = True
        try:
            try:
                _wait(self.begin(timeout), deadline)
                # Those that were just being made by other threads.
                _wait(self.begin(max(0.0, deadline - time.monotonic())), deadline)
            finally:
                self._finish()
            self.over = True
        finally:
            self._entered = False

    def _finish(self) -> None:
        try:
            self._announce_the_kill()
            self._spawner.close()
            _wait(self.begin(0.0), time.monotonic() + _LAST_SECONDS)
        finally:
            self._crew.close(_LAST_SECONDS)
            self._dispatcher.close()

    def _announce_the_kill(self) -> None:
        """Let ports know who kills, so that no turn takes the kill for a crash."""
        self._tell_ports(Close(busy=True, reason=CloseReason.KILLED))
        self.begin(0.0)
        heard = threading.Event()
        with suppress(DispatcherClosed):
            self._dispatcher.call_soon(heard.set)
            heard.wait(_HEARING_SECONDS)

    def _tell_ports(self, message: Hasten | Close) -> None:
        for ref in self._dispatcher.live_actors():
            if issubclass(ref.actor_class, Port):
                with suppress(pykka.ActorDeadError):
                    ref.tell(message)


def _wait(ends: Iterable[Future[bool]], deadline: float) -> None:
    for end in ends:
        with suppress(pykka.Timeout):
            end.get(timeout=max(0.0, deadline - time.monotonic()))


def _hastened(ladder: StopLadder, timeout: float) -> StopLadder:
    """Return the ladder with less patience, so that it is climbed within `timeout` seconds."""
    patience = ladder.eof_grace + ladder.term_grace
    left = max(0.0, timeout - _RESERVED_SECONDS)
    if left >= patience:
        return ladder
    share = left / patience
    return structs.replace(
        ladder, eof_grace=ladder.eof_grace * share, term_grace=ladder.term_grace * share
    )
