"""The systems that are open: held until they are closed, and closed when the program ends."""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from greenroom.values.errors import SessionStoppedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from greenroom.system.system import System

__all__ = [
    "close_all",
    "enter",
    "kill_all",
    "leave",
    "open_systems",
    "require_running_program",
]

_EXIT_SECONDS: Final = 3.0
"""How long the end of the program may be held up by processes that are to end by themselves."""

_open: Final[set[System]] = set()
"""Strong: a system nobody refers to any more still owns processes."""

_inherited: Final[list[System]] = []
"""What a fork has of its parent. Never touched, but held: were an event loop of the parent's
collected here, it could take descriptors out of the selector that both processes share."""

_exit_hook = threading.Event()
_ending = threading.Event()


def require_running_program() -> None:
    """Refuse to open a system that nobody would close any more.

    Raises:
        SessionStoppedError: the program is ending, and the systems that were open were closed.
    """
    if _ending.is_set():
        raise SessionStoppedError(
            "the program is ending and its agents were stopped; a hook that asks one more question "
            "must be registered with `atexit` after the first system was made, so as to run before"
        )


def enter(system: System) -> None:
    """Hold `system`, and close it at exit unless it leaves before."""
    _open.add(system)
    if not _exit_hook.is_set():
        _exit_hook.set()
        atexit.register(_close_at_exit)


def leave(system: System) -> None:
    """Let go of a system that is closed."""
    _open.discard(system)


def open_systems() -> tuple[System, ...]:
    """Return the systems that are open now."""
    return tuple(_open)


def close_all(systems: Collection[System], seconds: float) -> None:
    """Close all systems within one and the same time, whatever becomes of each.

    Raises:
        BaseException: what the closing of one raised; all were closed.
    """
    deadline = time.monotonic() + seconds
    with ExitStack() as closings:
        for system in systems:
            closings.callback(_close_by, deadline, system)
        for system in systems:
            system.begin_closing(seconds)


def kill_all(systems: Collection[System]) -> None:
    """Kill all systems, whatever becomes of each; raises as `close_all` does."""
    with ExitStack() as killings:
        for system in systems:
            killings.callback(system.kill)


def _close_at_exit() -> None:
    _ending.set()
    close_all(open_systems(), _EXIT_SECONDS)


def _close_by(deadline: float, system: System) -> None:
    system.close(max(0.0, deadline - time.monotonic()))


def _forget() -> None:
    _inherited.extend(_open)
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
