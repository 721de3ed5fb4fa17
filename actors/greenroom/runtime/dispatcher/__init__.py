"""Who runs actors, timers and readiness callbacks: one at a time, in order."""

from greenroom.runtime.dispatcher.base import Dispatcher
from greenroom.runtime.dispatcher.current import current_dispatcher
from greenroom.runtime.dispatcher.loop import LoopDispatcher
from greenroom.runtime.dispatcher.manual import ManualDispatcher

__all__ = ["Dispatcher", "LoopDispatcher", "ManualDispatcher", "current_dispatcher"]
