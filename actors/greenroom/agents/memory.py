"""How much memory a process and everything below it hold. Needs the extra ``monitor`` (`psutil`).

What is counted is resident memory. Pages that several processes share count for each of them, so
the sum is what they hold at most. A process whose parent is gone is below nobody any more and is
not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.agents.errors import MonitorMissingError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["require_monitor", "tree_memory", "trees_memory"]


def require_monitor() -> None:
    """Raise MonitorMissingError where memory cannot be measured."""
    _psutil()


def tree_memory(pid: int) -> int | None:
    """Return the resident bytes of process `pid` and all below it; None: it is gone.

    Blocking: it looks at every process of the machine.

    Raises:
        MonitorMissingError: `psutil` is not installed.
    """
    return trees_memory([pid])[pid]


def trees_memory(pids: Iterable[int]) -> dict[int, int | None]:
    """Return what `tree_memory` returns for each of several, at the price of one look."""
    psutil = _psutil()
    roots = tuple(pids)
    children = _children(psutil) if roots else {}
    return {root: _sum(psutil, root, children) for root in roots}


def _children(psutil: Any) -> dict[int, list[int]]:
    """Return the children of every process that has some."""
    children: dict[int, list[int]] = {}
    for pid in psutil.pids():
        try:
            parent = psutil.Process(pid).ppid()
        except psutil.Error:  # it ended meanwhile, or is none of our business
            continue
        children.setdefault(parent, []).append(pid)
    return children


def _sum(psutil: Any, root: int, children: dict[int, list[int]]) -> int | None:
    own = _resident(psutil, root)
    if own is None:
        return None
    total, seen, due = own, {root}, list(children.get(root, ()))
    while due:
        pid = due.pop()
        if pid not in seen:
            seen.add(pid)
            total += _resident(psutil, pid) or 0
            due += children.get(pid, ())
    return total


def _resident(psutil: Any, pid: int) -> int | None:
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            held: int = process.memory_info().rss
            return held
    except psutil.Error:
        return None


def _psutil() -> Any:
    try:
        import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MonitorMissingError(
            "watching the memory of agents needs the package `psutil`: install it with "
            "`pip install greenroom[monitor]`, or leave out memory_limit and recycle_memory"
        ) from error
    return psutil
