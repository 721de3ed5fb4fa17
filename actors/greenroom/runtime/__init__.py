"""Actors, the threads they share, and the processes they own. Knows nothing of agents.

What not every program needs is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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
    AlreadyStarted,
    BadName,
    DeathPact,
    DispatcherClosed,
    ForkedProcess,
    MailboxFull,
    NameUnknown,
    SupervisionError,
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

if TYPE_CHECKING:
    from greenroom.runtime.abandoned import abandoned_threads
    from greenroom.runtime.backoff import Backoff
    from greenroom.runtime.event_stream import EventStream, Subscription
    from greenroom.runtime.killing import kill
    from greenroom.runtime.links import Exit, link, unlink
    from greenroom.runtime.registry import Registry, Via
    from greenroom.runtime.restart_window import RestartWindow
    from greenroom.runtime.supervision import (
        BRUTAL_KILL,
        IGNORE,
        INFINITY,
        AlreadyPresent,
        AutoShutdown,
        BadChildSpec,
        BadFlag,
        BadStart,
        ChildCounts,
        ChildExited,
        ChildInfo,
        ChildNotFound,
        ChildNotStarted,
        ChildNotStopped,
        ChildRestarted,
        ChildRestarting,
        ChildRunning,
        ChildSpec,
        ChildType,
        DuplicateChild,
        DynamicSupervisor,
        FailedToStartChild,
        MaxChildren,
        PartitionDown,
        PartitionSupervisor,
        Restart,
        Started,
        Strategy,
        SupervisionReport,
        Supervisor,
        SupervisorGaveUp,
        SupervisorGone,
        check_childspecs,
    )

__all__ = [
    "BRUTAL_KILL",
    "IGNORE",
    "INFINITY",
    "KILLED",
    "NORMAL",
    "NO_PROC",
    "SHUTDOWN",
    "Actor",
    "ActorError",
    "ActorRef",
    "AlreadyPresent",
    "AlreadyStarted",
    "AutoShutdown",
    "Backoff",
    "BadChildSpec",
    "BadFlag",
    "BadName",
    "BadStart",
    "ChildCounts",
    "ChildExited",
    "ChildInfo",
    "ChildNotFound",
    "ChildNotStarted",
    "ChildNotStopped",
    "ChildRestarted",
    "ChildRestarting",
    "ChildRunning",
    "ChildSpec",
    "ChildType",
    "Clock",
    "Crash",
    "DeathPact",
    "Dispatcher",
    "DispatcherClosed",
    "DuplicateChild",
    "DynamicSupervisor",
    "EventStream",
    "Exit",
    "ExitReason",
    "FailedToStartChild",
    "ForkedProcess",
    "Future",
    "HostClock",
    "Inbox",
    "Killed",
    "LoopDispatcher",
    "MailboxFull",
    "ManualDispatcher",
    "MaxChildren",
    "Monitor",
    "NameUnknown",
    "NoProc",
    "Normal",
    "PartitionDown",
    "PartitionSupervisor",
    "Registry",
    "Restart",
    "RestartWindow",
    "Shutdown",
    "ShutdownWith",
    "Started",
    "Strategy",
    "Subscription",
    "SupervisionError",
    "SupervisionReport",
    "Supervisor",
    "SupervisorGaveUp",
    "SupervisorGone",
    "Terminated",
    "Timer",
    "Via",
    "VirtualClock",
    "WouldBlock",
    "abandoned_threads",
    "check_childspecs",
    "current_dispatcher",
    "handles",
    "kill",
    "link",
    "unlink",
    "unwatch",
    "watch",
]

_HOME_OF = {
    "Backoff": "backoff",
    "EventStream": "event_stream",
    "Registry": "registry",
    "RestartWindow": "restart_window",
    "Exit": "links",
    "Subscription": "event_stream",
    "Via": "registry",
    "abandoned_threads": "abandoned",
    "kill": "killing",
    "link": "links",
    "unlink": "links",
    **dict.fromkeys(
        (
            "BRUTAL_KILL",
            "IGNORE",
            "INFINITY",
            "AlreadyPresent",
            "AutoShutdown",
            "BadChildSpec",
            "BadFlag",
            "BadStart",
            "ChildCounts",
            "ChildExited",
            "ChildInfo",
            "ChildNotFound",
            "ChildNotStarted",
            "ChildNotStopped",
            "ChildRestarted",
            "ChildRestarting",
            "ChildRunning",
            "ChildSpec",
            "ChildType",
            "DuplicateChild",
            "DynamicSupervisor",
            "FailedToStartChild",
            "MaxChildren",
            "PartitionDown",
            "PartitionSupervisor",
            "Restart",
            "Started",
            "Strategy",
            "SupervisionReport",
            "Supervisor",
            "SupervisorGaveUp",
            "SupervisorGone",
            "check_childspecs",
        ),
        "supervision",
    ),
}


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
