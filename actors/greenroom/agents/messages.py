"""What is said to agents, and among what looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pykka import ActorRef

__all__ = ["Measured", "WatchMemory"]


class WatchMemory(NamedTuple):
    """To the watch: tell `caretaker`, as long as it lives, how much memory its process holds.

    Attributes:
        caretaker: who is told `Measured`.
        pid: the process.
    """

    caretaker: ActorRef[Any]
    pid: int


class Measured(NamedTuple):
    """To a caretaker: its process held this much.

    Attributes:
        pid: the process.
        memory: bytes of it and of all below it.
    """

    pid: int
    memory: int
