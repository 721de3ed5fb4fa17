"""What open sessions take while nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import proc
from benchmarks.meter import Meter

if TYPE_CHECKING:
    from typing import Self

__all__ = ["OPENING_SECONDS", "Tally"]

OPENING_SECONDS = 300.0
"""How long all of them may take to open."""


class Tally:
    """Made before the sessions are opened; a context manager around the time in which they rest.

    The host's helper processes count: those of its children that are no agents.
    """

    def __init__(self) -> None:
        self._before = proc.usage_of(proc.ME)
        self._meter = Meter()

    def enter(self, agents: frozenset[int]) -> None:
        """Tell which processes are the agents: all of them are open now."""
        self._agents = agents
        self._helpers = proc.helpers_of(proc.ME, agents)

    def __enter__(self) -> Self:
        self._helper_cpu = sum(map(proc.cpu_seconds, self._helpers))
        self._meter.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._meter.__exit__(*exc_info)
        self._helper_cpu = sum(map(proc.cpu_seconds, self._helpers)) - self._helper_cpu
        self._after = proc.usage_of(proc.ME)
        self._helper_rss = sum(proc.usage_of(pid).rss_bytes for pid in self._helpers)
        self._alive = sum(proc.started_at(pid) is not None for pid in self._agents)

    def reading(self) -> dict[str, Any]:
        """Return what they took; `alive` of them were there in the end."""
        return self._meter.reading() | {
            "alive": self._alive,
            "helper_cpu_seconds": self._helper_cpu,
            "open_rss_bytes": self._after.rss_bytes - self._before.rss_bytes,
            "helper_rss_bytes": self._helper_rss,
            "threads": self._after.threads,
            "descriptors": self._after.descriptors - self._before.descriptors,
        }
