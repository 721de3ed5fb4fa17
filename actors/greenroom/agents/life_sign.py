"""Tells the service manager regularly that the host lives, and how its agents are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.runtime import Actor, handles
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenroom.agents.notify import Notifier
    from greenroom.agents.status import AgentStatus

__all__ = ["LifeSign", "in_a_line"]

_STATUS_SECONDS: Final = 10.0


class _Beat(NamedTuple):
    """It is time for the next sign."""


class LifeSign(Actor):
    """Sends ``WATCHDOG=1`` and ``STATUS=`` from the dispatcher of the agents.

    Where that hangs no sign is sent, and the service manager starts the host anew.

    Args:
        notifier: tells it.
        status: what there is to tell; must not block.
    """

    def __init__(self, notifier: Notifier, status: Callable[[], Iterable[AgentStatus]]) -> None:
        super().__init__()
        self._notifier = notifier
        self._status = status
        wanted = notifier.watchdog_interval
        self._watched = wanted is not None
        self._seconds = min(_STATUS_SECONDS, wanted or _STATUS_SECONDS)

    def on_start(self) -> None:
        """Begin."""
        if self._notifier.listens:
            self._beat(_Beat())

    @handles(_Beat)
    def _beat(self, beat: _Beat) -> None:
        if self._watched:
            self._notifier.alive()
        self.after(self._seconds, beat)
        try:
            self._notifier.status(in_a_line(self._status()))
        except Exception as error:  # noqa: BLE001 - the dispatcher lives, which is what is told
            report_error(__name__, "agents_not_shown", error)


def in_a_line(agents: Iterable[AgentStatus]) -> str:
    """Return how many agents are at what, the most first: ``3 agents: 2 ready, 1 parked``."""
    counts = Counter(agent.phase.value for agent in agents)
    total = counts.total()
    parts = ", ".join(f"{count} {phase}" for phase, count in counts.most_common())
    noun = "agent" if total == 1 else "agents"
    return f"{total} {noun}: {parts}" if parts else f"{total} {noun}"
