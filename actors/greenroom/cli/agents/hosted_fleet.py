"""A fleet as its host sees it.

One that ends though nobody asked for it is the host's end, too; one that was told to end and does
not is killed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol, final

from greenroom.agents.control_service import ServedFleet
from greenroom.runtime import Actor, Terminated, handles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pykka

    from greenroom.agents.status import AgentStatus
    from greenroom.runtime import Dispatcher
    from greenroom.turn import Turn

__all__ = ["HostedFleet", "StartedFleet"]


class StartedFleet(ServedFleet, Protocol):
    """A fleet whose agents are being kept up."""

    @property
    def actor_ref(self) -> pykka.ActorRef[Any]:
        """What keeps them up; when it has ended, nothing does."""


@final
class HostedFleet:
    """Passes everything on, and tells an end that was asked for from one that was not.

    Args:
        fleet: that does it.
        dispatcher: where its end is watched.
        on_lost: called, on the dispatcher, when it ended by itself.
        grace: seconds that all agents together may take to stop, whoever asks for it.
        on_overdue: called, on a thread of its own, when they take longer.
    """

    def __init__(
        self,
        fleet: StartedFleet,
        dispatcher: Dispatcher,
        *,
        on_lost: Callable[[], object],
        grace: float,
        on_overdue: Callable[[], object],
    ) -> None:
        self._fleet = fleet
        self._on_lost = on_lost
        self._asked = False
        self._overdue = threading.Timer(grace, on_overdue)
        self._overdue.daemon = True
        self._lock = threading.Lock()
        _Watcher.start(fleet.actor_ref, self._ended, dispatcher=dispatcher)

    def status(self) -> Iterable[AgentStatus]:
        """See `ServedFleet`."""
        return self._fleet.status()

    def tell(self, name: str, prompt: str) -> Turn[Any]:
        """See `ServedFleet`."""
        return self._fleet.tell(name, prompt)

    def restart(self, name: str) -> pykka.Future[Any]:
        """See `ServedFleet`."""
        return self._fleet.restart(name)

    def stop(self, name: str | None) -> pykka.Future[Any]:
        """See `ServedFleet`."""
        with self._lock:
            if name is None and not self._asked:
                self._asked = True
                self._overdue.start()
        return self._fleet.stop(name)

    def _ended(self) -> None:
        self._overdue.cancel()
        if not self._asked:
            self._on_lost()


class _Watcher(Actor):
    """Calls `then` when an actor has ended."""

    def __init__(self, ref: pykka.ActorRef[Any], then: Callable[[], object]) -> None:
        super().__init__()
        self._ref = ref
        self._then = then

    def on_start(self) -> None:
        self.watch(self._ref)

    @handles(Terminated)
    def _terminated(self, _news: Terminated) -> None:
        self._then()
        self.terminate()
