"""Looks at the memory of all agents of a fleet at once, every so often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.agents.messages import Measured, WatchMemory
from greenroom.runtime import Actor, Terminated, handles
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pykka import ActorRef

__all__ = ["MemoryWatch"]


class _Look(NamedTuple):
    """It is time for the next look."""


class MemoryWatch(Actor):
    """Tells agents what their processes hold.

    Args:
        seconds: between two looks.
        measure: returns the bytes of each process and all below it, None of one that is gone.
            Called on a worker.
    """

    def __init__(
        self, seconds: float, measure: Callable[[Iterable[int]], Mapping[int, int | None]]
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._measure = measure
        self._pids: dict[ActorRef[Any], int] = {}

    def on_start(self) -> None:
        """Begin."""
        self.after(self._seconds, _Look())

    @handles(WatchMemory)
    def _on_watch(self, message: WatchMemory) -> None:
        self._pids[message.caretaker] = message.pid
        self.watch(message.caretaker)

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        self._pids.pop(message.ref, None)

    @handles(_Look)
    def _on_look(self, message: _Look) -> None:
        if not self._pids:
            self.after(self._seconds, message)
            return
        self.dispatcher.run_in_worker(
            self._measure, tuple(self._pids.values()), then=self._on_measured
        )

    def _on_measured(
        self, held: Mapping[int, int | None] | None, error: BaseException | None
    ) -> None:
        if not self.actor_ref.is_alive():
            return
        self.after(self._seconds, _Look())
        if held is None:
            if error is not None:
                report_error(__name__, "memory_not_measured", error)
            return
        for agent, pid in tuple(self._pids.items()):
            memory = held.get(pid)
            if memory is not None:
                self.send(agent, Measured(pid, memory))
