"""Looks at a host from outside, several dozen times a second: threads, descriptors, memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import proc

if TYPE_CHECKING:
    from typing import Self

    from benchmarks.fanout.agent import Held
    from benchmarks.marked import Marked

__all__ = ["Census"]

_PACE_SECONDS = 0.02
_SETTLING_SECONDS = 0.5
_RELEASE_SECONDS = 120.0
"""When agents are let go although not all of them came: some queries have failed."""


class _Live(NamedTuple):
    """What is there while all agents live."""

    live: int
    live_rss_bytes: int
    live_helper_rss_bytes: int
    live_threads: int
    live_descriptors: int


class Census:
    """A context manager that watches one host.

    Args:
        host: its pid.
        held: its agents, if they wait for one another; they are let go once all are there.
        count: how many there will be then.
        marked: the agents, for telling them from the helpers of the host.
    """

    def __init__(self, host: int, *, held: Held | None, count: int, marked: Marked) -> None:
        self._host = host
        self._held = held
        self._count = count
        self._marked = marked
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._threads = self._descriptors = 0
        self._live: _Live | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()

    def reading(self) -> dict[str, Any]:
        """Return the peaks, and what was there while all agents were alive."""
        peaks = {"peak_threads": self._threads, "peak_descriptors": self._descriptors}
        return peaks if self._live is None else peaks | self._live._asdict()

    def _watch(self) -> None:
        waited = 0.0
        while not self._over.wait(_PACE_SECONDS):
            usage = self._look()
            held = self._held
            if held is None or usage is None:
                continue
            waited += _PACE_SECONDS
            if held.count() >= self._count or waited > _RELEASE_SECONDS:
                self._over.wait(_SETTLING_SECONDS)
                self._take_stock(held)
                held.release()
                self._held = None

    def _look(self) -> proc.Usage | None:
        try:
            usage = proc.usage_of(self._host)
        except (FileNotFoundError, ProcessLookupError, PermissionError):  # it is just ending
            return None
        self._threads = max(self._threads, usage.threads)
        self._descriptors = max(self._descriptors, usage.descriptors)
        return usage

    def _take_stock(self, held: Held) -> None:
        usage = self._look()
        if usage is None:
            return
        helpers = proc.helpers_of(self._host, self._marked.pids())
        self._live = _Live(
            live=held.count(),
            live_rss_bytes=usage.rss_bytes,
            live_helper_rss_bytes=sum(proc.usage_of(pid).rss_bytes for pid in helpers),
            live_threads=usage.threads,
            live_descriptors=usage.descriptors,
        )
