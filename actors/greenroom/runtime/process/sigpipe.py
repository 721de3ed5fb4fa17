"""Keeps a write to a closed pipe from killing the host.

Python ignores SIGPIPE, but programs that are used with ``| head`` often set it back to its default
action, which is to die. Then one agent that exits early would take the host with it.
"""

from __future__ import annotations

import signal
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["sigpipe_held"]

_HARMLESS: Final = nullcontext()


def sigpipe_held() -> AbstractContextManager[None]:
    """Return a context in which this thread may write to a closed pipe and gets EPIPE only."""
    if signal.getsignal(signal.SIGPIPE) is signal.SIG_DFL:
        return _held()
    return _HARMLESS


@contextmanager
def _held() -> Iterator[None]:
    # SIGPIPE is sent to the thread that wrote. Blocked, it stays pending; it is taken away before
    # the mask is restored.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGPIPE,))
    try:
        yield
    finally:
        if signal.SIGPIPE in signal.sigpending() and signal.SIGPIPE not in before:
            signal.sigwait((signal.SIGPIPE,))
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
