"""What a session is made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from greenroom.backends.base import Backend
    from greenroom.runtime.crew import Crew
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
    """

    backend: Backend
    options: Any
    spawner: Spawner
    ladder: StopLadder
    crew: Crew
    callbacks: Callbacks | None
    width: int
