"""The tables of the fan-out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.spread import Spread
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.rounds import Reading

__all__ = ["OURS", "SIDES", "Size", "ratios", "show"]

SIDES = {
    "greenroom": "Greenroom",
    "greenroom_asyncio": "Greenroom, asyncio",
    "sdk": "official Python SDK",
    "typescript": "official TypeScript SDK",
    "bare": "bare limit",
}
OURS = ("greenroom", "greenroom_asyncio")

_SIZE_HEADS = (
    "side",
    "queries/s",
    "wall s",
    "host CPU ms/query",
    "warden CPU ms/query",
    "peak RSS grown MiB",
    "peak threads",
    "peak descriptors",
    "errors",
)
_LIVE_HEADS = ("side", "host KiB/session", "warden KiB/session", "host threads", "descriptors")
_RATIO_HEADS = ("queries", "side", *(f"times {SIDES[side]}" for side in SIDES if side not in OURS))
_KIB, _MIB = 1024, 1024 * 1024


class Size(NamedTuple):
    """What all sides did with so many queries.

    Attributes:
        count: how many.
        readings: of each side, by round; one with `failed` tells what it said.
    """

    count: int
    readings: dict[str, list[Reading]]

    def failure(self, side: str) -> str | None:
        """Return what a side said that failed in any round."""
        return next((of["failed"] for of in self.readings[side] if "failed" in of), None)

    def finished(self) -> list[str]:
        """Return the sides that came to their end in every round."""
        return [side for side in self.readings if self.failure(side) is None]

    def of(self, side: str, value: Callable[[Reading], float]) -> Spread:
        """Return a figure of one side over the rounds."""
        return Spread.of(map(value, self.readings[side]))

    def spread(self, side: str, name: str) -> Spread:
        """Return a reading of one side over the rounds."""
        return self.of(side, lambda reading: reading[name])

    def memory(self, side: str) -> Spread:
        """Return what a live session takes of host and helpers, in KiB."""
        figures = self.live_figures()[side]
        host, warden = figures["host_kib"], figures["warden_kib"]
        return Spread.of([host.median + warden.median])

    def figures(self) -> dict[str, dict[str, Spread]]:
        """Return what the table of a size shows."""
        return {side: self._figures(side) for side in self.finished()}

    def _figures(self, side: str) -> dict[str, Spread]:
        names = ("wall_seconds", "cpu_seconds", "helper_cpu_seconds", "grown_bytes", "errors")
        peaks = ("peak_threads", "peak_descriptors")
        return {name: self.spread(side, name) for name in (*names, *peaks)} | {
            "queries_per_second": self.of(side, lambda of: of["answers"] / of["wall_seconds"]),
            "cpu_seconds_per_query": self.of(side, lambda of: of["cpu_seconds"] / self.count),
            "helper_cpu_seconds_per_query": self.of(
                side, lambda of: of["helper_cpu_seconds"] / self.count
            ),
        }

    def live_figures(self) -> dict[str, dict[str, Spread]]:
        """Return what the table of those that live at the same time shows."""
        return {side: self._live_figures(side) for side in self.finished()}

    def _live_figures(self, side: str) -> dict[str, Spread]:
        def kib(reading: Reading, grown: str) -> float:
            bytes_: int = reading[f"live_{grown}rss_bytes"] - reading[f"{grown}rss_before_bytes"]
            return bytes_ / reading["live"] / _KIB

        return {
            "live": self.spread(side, "live"),
            "host_kib": self.of(side, lambda of: kib(of, "")),
            "warden_kib": self.of(side, lambda of: kib(of, "helper_")),
            "threads": self.spread(side, "live_threads"),
            "descriptors": self.spread(side, "live_descriptors"),
        }


def ratios(size: Size, side: str) -> dict[str, Spread]:
    """Return how many times the throughput of the others `side` has."""

    def per_second(reading: Reading) -> float:
        throughput: float = reading["answers"] / reading["wall_seconds"]
        return throughput

    mine = list(map(per_second, size.readings[side]))
    return {
        other: Spread.ratio(mine, map(per_second, size.readings[other]))
        for other in size.finished()
        if other not in OURS and all(map(per_second, size.readings[other]))
    }


def show(sizes: Sequence[Size], live: Size, *, width: int) -> None:
    """Print them."""
    print(f"All queries are asked at once; at most {width} processes live at a time.\n")
    for size in sizes:
        print(f"{size.count:,} queries:\n")
        rows = [_size_row(side, of) for side, of in size.figures().items()]
        print(table(_SIZE_HEADS, rows), end="\n\n")
        _show_failures(size)
    rows = [_ratio_row(size, side) for size in sizes for side in OURS]
    print(table(_RATIO_HEADS, rows, texts=2), end="\n\n")
    print(f"{live.count:,} live at the same time:\n")
    print(table(_LIVE_HEADS, [_live_row(side, of) for side, of in live.live_figures().items()]))
    _show_failures(live)


def _show_failures(size: Size) -> None:
    for side in size.readings:
        failure = size.failure(side)
        if failure is not None:
            print(f"\n{SIDES[side]} failed at {size.count:,} queries: {_last_line(failure)}\n")
        for said in _said(size.readings[side]):
            print(f"\n{SIDES[side]}, an error at {size.count:,} queries: {said}\n")


def _said(readings: Iterable[Reading]) -> list[str]:
    return sorted({text for reading in readings for text in reading.get("said", ())})


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def _size_row(side: str, figures: dict[str, Spread]) -> Sequence[str]:
    return (
        SIDES[side],
        figures["queries_per_second"].show(".0f"),
        figures["wall_seconds"].show(".2f"),
        f"{figures['cpu_seconds_per_query'].median * 1e3:.2f}",
        f"{figures['helper_cpu_seconds_per_query'].median * 1e3:.2f}",
        f"{figures['grown_bytes'].median / _MIB:.1f}",
        f"{figures['peak_threads'].high:.0f}",
        f"{figures['peak_descriptors'].high:.0f}",
        f"{figures['errors'].high:.0f}",
    )


def _live_row(side: str, figures: dict[str, Spread]) -> Sequence[str]:
    return (
        SIDES[side],
        f"{figures['host_kib'].median:.1f}",
        f"{figures['warden_kib'].median:.1f}",
        f"{figures['threads'].median:.0f}",
        f"{figures['descriptors'].median:.0f}",
    )


def _ratio_row(size: Size, side: str) -> Sequence[str]:
    times: dict[str, Any] = ratios(size, side)
    others = [other for other in SIDES if other not in OURS]
    cells = [times[other].show(".2f") if other in times else "-" for other in others]
    return (f"{size.count:,}", SIDES[side], *cells)
