"""How long it took, of many times: the middle one, and the one that only 1 % exceed."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["quantiles"]


def quantiles(nanoseconds: Sequence[int]) -> dict[str, float]:
    """Return the median, the 99th percentile and the largest, in seconds."""
    cuts = statistics.quantiles(nanoseconds, n=100, method="inclusive")
    named = {"p50": cuts[49], "p99": cuts[98], "max": max(nanoseconds)}
    return {name: value / 1e9 for name, value in named.items()}
