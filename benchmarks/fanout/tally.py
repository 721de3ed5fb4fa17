"""What a side has got of its queries, and what that cost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks import proc
from benchmarks.fanout.agent import ANSWER
from benchmarks.meter import Meter

if TYPE_CHECKING:
    from typing import Self

__all__ = ["QUERY_SECONDS", "WARM_UP", "Tally"]

WARM_UP = "warm up"
"""The query before the others: whatever starts up, starts up in there."""

QUERY_SECONDS = 300.0
"""How long the caller waits for one of them."""


class Tally:
    """A context manager around all queries: counts their ends, measures what they cost.

    The helper processes of the host count: those of its children that live before the queries.
    """

    def __init__(self) -> None:
        self._answers = 0
        self._errors: Counter[str] = Counter()
        self._meter = Meter()

    def answer(self, text: str | None) -> None:
        """Count a query that ended as it should."""
        if text == ANSWER:
            self._answers += 1
        else:
            self._errors[f"answered {text!r}"] += 1

    def error(self, error: object) -> None:
        """Count one that did not."""
        self._errors[f"{type(error).__name__}: {error}"[:300]] += 1

    def __enter__(self) -> Self:
        self._helpers = {pid: proc.cpu_seconds(pid) for pid in proc.children_of(proc.ME)}
        self._helper_rss = sum(proc.usage_of(pid).rss_bytes for pid in self._helpers)
        self._meter.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._meter.__exit__(*exc_info)
        self._helper_cpu = sum(proc.cpu_seconds(pid) - was for pid, was in self._helpers.items())

    def reading(self) -> dict[str, Any]:
        """Return what was counted and measured."""
        meter = self._meter.reading()
        return meter | {
            "answers": self._answers,
            "errors": sum(self._errors.values()),
            "said": [text for text, _ in self._errors.most_common(3)],
            "helper_cpu_seconds": self._helper_cpu,
            "helper_rss_before_bytes": self._helper_rss,
            "rss_before_bytes": meter["peak_rss_bytes"] - meter["grown_bytes"],
        }
