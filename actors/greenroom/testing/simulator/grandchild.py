"""A process that outlives the simulated CLI."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenroom.testing.scenario import Grandchild

__all__ = ["start_grandchild"]

_LONGEST_SECONDS = 60.0


def start_grandchild(step: Grandchild) -> int:
    """Fork it and return its process id once it is set up as asked."""
    tell_read, tell_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(tell_read)
        if step.double_fork and os.fork() != 0:
            os._exit(0)
        _live(step, tell_write)
    os.close(tell_write)
    if step.double_fork:
        os.waitpid(pid, 0)
    with os.fdopen(tell_read, "rb") as told:
        return int(told.read())


def _live(step: Grandchild, tell: int) -> None:
    if step.setsid:
        os.setsid()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN if step.ignore_sigterm else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, min(step.seconds, _LONGEST_SECONDS))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    if not step.keep_stdout:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    os.write(tell, b"%d" % os.getpid())
    os.closerange(3, 64)
    while True:
        signal.pause()
