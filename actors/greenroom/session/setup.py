"""What a session is made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.session.resumption import NO_PAST, Past
from greenroom.values.recovery import DEFAULT_RECOVERY, Recovery

if TYPE_CHECKING:
    from greenroom.backends.base import Backend
    from greenroom.runtime import ActorRef
    from greenroom.runtime.crew import Crew
    from greenroom.runtime.event_stream import EventStream
    from greenroom.runtime.process import Spawner, StopLadder
    from greenroom.session.callbacks import Callbacks

__all__ = ["Setup"]


class Setup(NamedTuple):
    """Everything a session actor needs from its system.

    Attributes:
        backend: the CLI.
        options: checked options of the session.
        spawner: how processes are started.
        ladder: how they are stopped.
        crew: the threads that callbacks run on.
        callbacks: what answers the CLI's questions; None: everything is refused.
        width: how many parallel queries may have a process at a time.
        recovery: what it does about processes that it loses.
        label: what it is called in events and records.
        events: where events are published.
        observer: who is told each of them besides.
        lot: where it parks, if it does.
        past: what is known of it from before.
        idle_seconds: how long a process may have nothing to do before it is ended.
    """

    backend: Backend
    options: Any
    spawner: Spawner
    ladder: StopLadder
    crew: Crew
    callbacks: Callbacks | None
    width: int
    recovery: Recovery = DEFAULT_RECOVERY
    label: str = "session"
    events: EventStream | None = None
    observer: ActorRef[Any] | None = None
    lot: ActorRef[Any] | None = None
    past: Past = NO_PAST
    idle_seconds: float | None = None
