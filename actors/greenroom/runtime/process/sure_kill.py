"""Kills a process that was found by what it looks like, and never the next one with its number."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["kill_if"]


def kill_if(pid: int, is_meant: Callable[[int], bool]) -> bool:
    """Send SIGKILL to `pid` if it is meant; return whether it was.

    On Linux it is looked at again once it is held by a descriptor: what is meant then, and not
    just its number, gets the signal. Another user's process is left as it is.

    Args:
        pid: the process.
        is_meant: looks at the process that has this number now; False when there is none.
    """
    if not is_meant(pid):
        return False
    with suppress(OSError):  # it has just ended, or is another user's
        if sys.platform != "linux":
            os.kill(pid, signal.SIGKILL)
            return True
        fd = os.pidfd_open(pid)
        try:
            if is_meant(pid):
                signal.pidfd_send_signal(fd, signal.SIGKILL)
        finally:
            os.close(fd)
    return True
