"""The systems that are open: held until they are closed, and closed when the program ends."""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from greenroom.system.system import System

__all__ = ["enter", "leave"]

_EXIT_SECONDS: Final = 3.0
"""How long the end of the program may be held up by processes that are to end by themselves."""

_open: Final[set[System]] = set()
"""Strong: a system nobody refers to any more still owns processes."""

_inherited: Final[list[System]] = []
"""What a fork has of its parent. Never touched, but held: were an event loop of the parent's
collected here, it could take descriptors out of the selector that both processes share."""

_exit_hook = threading.Event()


def enter(system: System) -> None:
    """Hold `system`, and close it at exit unless it leaves before."""
    _open.add(system)
    if not _exit_hook.is_set():
        _exit_hook.set()
        atexit.register(_close_all)


def leave(system: System) -> None:
    """Let go of a system that is closed."""
    _open.discard(system)


def _close_all() -> None:
    """Close all systems within one and the same time, whatever becomes of each."""
    deadline = time.monotonic() + _EXIT_SECONDS
    systems = tuple(_open)
    with ExitStack() as closings:
        for system in systems:
            closings.callback(_close_by, deadline, system)
        for system in systems:
            system.begin_closing(_EXIT_SECONDS)


def _close_by(deadline: float, system: System) -> None:
    system.close(max(0.0, deadline - time.monotonic()))


def _forget() -> None:
    _inherited.extend(_open)
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
