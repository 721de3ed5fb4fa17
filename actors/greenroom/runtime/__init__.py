"""Actors, the threads they share, and the processes they own. Knows nothing of agents."""

from greenroom.runtime.actor import Actor
from greenroom.runtime.clock import Clock, HostClock, VirtualClock
from greenroom.runtime.dispatcher import (
    Dispatcher,
    LoopDispatcher,
    ManualDispatcher,
    current_dispatcher,
)
from greenroom.runtime.errors import (
    ActorError,
    DispatcherClosed,
    ForkedProcess,
    MailboxFull,
    WouldBlock,
)
from greenroom.runtime.exit_reason import (
    KILLED,
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Crash,
    ExitReason,
    Killed,
    NoProc,
    Normal,
    Shutdown,
    ShutdownWith,
)
from greenroom.runtime.future import Future
from greenroom.runtime.handlers import handles
from greenroom.runtime.inbox import Inbox
from greenroom.runtime.monitor import Monitor, Terminated, unwatch, watch
from greenroom.runtime.ref import ActorRef
from greenroom.runtime.timer import Timer

__all__ = [
    "KILLED",
    "NORMAL",
    "NO_PROC",
    "SHUTDOWN",
    "Actor",
    "ActorError",
    "ActorRef",
    "Clock",
    "Crash",
    "Dispatcher",
    "DispatcherClosed",
    "ExitReason",
    "ForkedProcess",
    "Future",
    "HostClock",
    "Inbox",
    "Killed",
    "LoopDispatcher",
    "MailboxFull",
    "ManualDispatcher",
    "Monitor",
    "NoProc",
    "Normal",
    "Shutdown",
    "ShutdownWith",
    "Terminated",
    "Timer",
    "VirtualClock",
    "WouldBlock",
    "current_dispatcher",
    "handles",
    "unwatch",
    "watch",
]
