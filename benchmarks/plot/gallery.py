"""Which benchmark is drawn by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plot import actors, decode, fanout, growth, idle, paced, real, startup, stream, turn
from benchmarks.plot.style import save, styled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

    from benchmarks.record import Record

__all__ = ["PLOTS", "draw_all"]

PLOTS: dict[str, Callable[[dict[str, Any]], Figure]] = {
    "decode": decode.draw,
    "stream": stream.draw,
    "paced": paced.draw,
    "turn": turn.draw,
    "fanout": fanout.draw,
    "idle": idle.draw,
    "startup": startup.draw,
    "actors": actors.draw,
    "real": real.draw,
    "growth": growth.draw,
}


def draw_all(record: Record, directory: Path, form: str) -> Iterator[Path]:
    """Draw what the record has; yield each file once it is written."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, draw in PLOTS.items():
        figures = record.benchmarks.get(name, {}).get("figures")
        if figures:
            path = directory / f"{name}.{form}"
            with styled():
                save(draw(figures), path)
            yield path
