"""Which dispatcher is running the calling thread right now."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenroom.runtime.dispatcher.base import Dispatcher

__all__ = ["current_dispatcher", "set_current_dispatcher"]


class _Running(threading.local):
    dispatcher: Dispatcher | None = None


_running = _Running()


def current_dispatcher() -> Dispatcher | None:
    """Return the dispatcher that is running the caller, or None on a free thread."""
    return _running.dispatcher


def set_current_dispatcher(dispatcher: Dispatcher | None) -> Dispatcher | None:
    """Say who runs this thread from now on; return who did. For dispatchers."""
    previous, _running.dispatcher = _running.dispatcher, dispatcher
    return previous
