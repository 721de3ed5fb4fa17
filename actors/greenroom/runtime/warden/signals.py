"""How the warden takes signals: it notices the end of children, and nothing else moves it."""

from __future__ import annotations

import os
import signal
from typing import Final

__all__ = ["do_nothing", "drain", "listen_for_signals"]

_DEAF_TO: Final = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGPIPE)
"""What a terminal or a service manager sends to everybody; ending is for the host to decide."""

_MANY: Final = 4096


def listen_for_signals() -> int:
    """Return a descriptor that turns readable when a signal came; `drain` it then.

    Agents start with every signal at its default and none blocked, whatever the host does with
    its own: ignored and blocked ones are inherited, those that are caught are not.
    """
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    for number in (*_DEAF_TO, signal.SIGCHLD):
        signal.signal(number, do_nothing)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    reading, writing = os.pipe()
    for fd in (reading, writing):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def drain(fd: int) -> None:
    """Read what `listen_for_signals` has to say."""
    try:
        os.read(fd, _MANY)
    except BlockingIOError:
        pass


def do_nothing(*_: object) -> None:
    """Take a signal; that it came is seen at the other end of the pipe."""
