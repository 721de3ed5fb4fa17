"""Agents as a table for people."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from greenroom.agents.status import AgentPhase
from greenroom.runtime.process import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from greenroom.agents.status import AgentStatus
    from greenroom.cli.style import Style

__all__ = ["status_lines"]

_HEADS: Final = ("NAME", "PHASE", "FOR", "PID", "TURNS", "QUEUED", "LOSSES", "MEMORY", "SESSION")
_PHASE: Final = _HEADS.index("PHASE")
_NOTHING: Final = "-"

_MARKS: Final[Mapping[AgentPhase, Callable[[Style, str], str]]] = {
    AgentPhase.READY: lambda style, text: style.good(text),
    AgentPhase.BUSY: lambda style, text: style.good(text),
    AgentPhase.BACKING_OFF: lambda style, text: style.doubtful(text),
    AgentPhase.PARKED: lambda style, text: style.doubtful(text),
    AgentPhase.GIVEN_UP: lambda style, text: style.bad(text),
}

_UNITS: Final = (("d", 86400), ("h", 3600), ("m", 60))


def status_lines(agents: Sequence[AgentStatus], style: Style, now: float) -> Iterator[str]:
    """Yield the lines of the table; what an agent suffers from stands below its row.

    Args:
        agents: to show.
        style: how words may be marked.
        now: Unix time.
    """
    rows = [_cells(agent, now) for agent in agents]
    widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
    yield style.bold(_row(_HEADS, widths))
    for agent, cells in zip(agents, rows, strict=True):
        mark = _MARKS.get(agent.phase)
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        if mark is not None:
            padded[_PHASE] = mark(style, padded[_PHASE])
        yield "  ".join(padded).rstrip()
        yield from (style.faint(f"  {line}") for line in _troubles(agent))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cells(agent: AgentStatus, now: float) -> tuple[str, ...]:
    return (
        plain_text(agent.name),
        agent.phase.value,
        _NOTHING if agent.since is None else _duration(now - agent.since),
        _NOTHING if agent.pid is None else str(agent.pid),
        str(agent.turns),
        str(agent.queued),
        str(agent.losses),
        _NOTHING if agent.memory is None else _size(agent.memory),
        plain_text(agent.session_id or _NOTHING),
    )


def _troubles(agent: AgentStatus) -> Iterator[str]:
    if agent.parked_reason is not None:
        yield f"{agent.phase.value.replace('_', ' ')}: {_one_line(agent.parked_reason)}"
    if agent.parked_until is not None:
        moment = time.strftime("%H:%M on %Y-%m-%d", time.localtime(agent.parked_until))
        yield f"tries again at {moment}"
    if agent.last_error is not None and agent.last_error != agent.parked_reason:
        yield f"last error: {_one_line(agent.last_error)}"


def _one_line(text: str) -> str:
    return " ".join(plain_text(text).split())


def _duration(seconds: float) -> str:
    """Return a time in its two largest units."""
    left = max(0, int(seconds))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count}{unit}")
    parts.append(f"{left}s")
    return "".join(parts[:2])


def _size(amount: int) -> str:
    mib = amount / 1024**2
    return f"{mib:.0f} MiB" if mib < 1024 else f"{mib / 1024:.1f} GiB"  # noqa: PLR2004 - of a GiB
