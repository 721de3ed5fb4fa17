"""What is said to agents, and among what looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pykka import ActorRef

__all__ = ["Measured", "WatchMemory"]


class WatchMemory(NamedTuple):
    """To the watch: tell `agent` how much memory a process and all below it hold.

    Attributes:
        agent: who is told `Measured`.
        pid: the process; None: it has none, and is told nothing.
    """

    agent: ActorRef[Any]
    pid: int | None


class Measured(NamedTuple):
    """To an agent: its process held this much.

    Attributes:
        pid: the process.
        memory: bytes of it and of all below it.
    """

    pid: int
    memory: int
