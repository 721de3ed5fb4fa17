"""End an actor that does not end when it is asked to (G2).

There is no way to end a handler that never returns: Python has no preemption. What `kill` does
instead depends on whose actor it is. One of this runtime shares its thread with others and so is
well-behaved or everybody's problem; it is told that it is being killed, has a short time to
release what the operating system gave it, and is then ended between two turns. A plain pykka actor
has a thread to itself, so it is fenced, and the thread abandoned if it does not come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.runtime.future import Future
from greenroom.runtime.plain import fence_plain
from greenroom.runtime.ref import ActorRef
from greenroom.runtime.signals import Kill

if TYPE_CHECKING:
    import pykka

__all__ = ["kill"]


def kill(ref: pykka.ActorRef[Any], grace_seconds: float = 2.0) -> Future[bool]:
    """End the actor behind `ref` with the reason `Killed`; it cannot refuse. From any thread.

    An actor of this runtime has `on_stop_request(Killed())` called, ahead of all messages and
    also while it is already stopping: the chance to release at once what it owns. If it asks for
    time, it is ended after the grace, with `on_stop` as its last hook. A plain pykka actor is
    dead when this returns. Never blocks.

    Args:
        ref: any pykka actor.
        grace_seconds: how long an actor of this runtime may take.

    Returns:
        A future that is set once it has ended: True if it ended by this or meanwhile, False if
        it had ended before.

    Raises:
        ValueError: a grace below 0, or of no number.
    """
    if not grace_seconds >= 0:
        raise ValueError(f"a grace is 0 or more seconds, not {grace_seconds!r}")
    if not isinstance(ref, ActorRef):
        fenced: Future[bool] = Future()
        fenced.settle(fence_plain(ref))
        return fenced
    ended: Future[bool] = Future(ref.dispatcher)
    if not ref.signal(Kill(grace_seconds, ended)):
        ended.settle(False)
    return ended
