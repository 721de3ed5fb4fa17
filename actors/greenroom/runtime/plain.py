"""What can be done to a plain pykka actor: start it tied, end it for a reason, fence it.

Its stop message has no room for a reason, so that is left at its flag; and its thread cannot be
ended from outside, so it is cut off from the world instead.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pykka import Actor, ActorDeadError, ActorRegistry
from pykka._envelope import Envelope
from pykka.messages import _ActorStop

from greenroom.runtime.exit_reason import KILLED, ExitReason
from greenroom.runtime.stop_flag import StopFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from pykka import ActorRef

__all__ = ["fence_plain", "start_plain", "stop_plain"]


def start_plain(
    actor_class: type[Actor],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    before: Callable[[ActorRef[Any]], object],
) -> ActorRef[Any]:
    """Start a plain pykka actor, with `before(ref)` called before its thread begins.

    A class with a `start()` of its own is started by that, and `before` called afterwards.
    """
    if actor_class.start.__func__ is not Actor.start.__func__:  # type: ignore[attr-defined]
        ref = actor_class.start(*args, **kwargs)
        before(ref)
        return ref
    actor = actor_class(*args, **kwargs)
    before(actor.actor_ref)
    ActorRegistry.register(actor.actor_ref)
    actor._start_actor_loop()  # noqa: SLF001 - pykka's documented seam, as its own `start` uses it
    return actor.actor_ref


def stop_plain(ref: ActorRef[Any], reason: ExitReason) -> None:
    """Ask a plain pykka actor to end, after all that waits in its mailbox.

    Args:
        ref: the actor.
        reason: what its watchers are told, unless it crashes before it comes to this.
    """
    StopFlag.of(ref).because = reason
    with suppress(ActorDeadError):
        ref.tell(_ActorStop())


def fence_plain(ref: ActorRef[Any]) -> bool:
    """Cut a plain pykka actor off: dead for everyone from now on, whatever it does.

    It handles no further message. One that it has in hand it may finish, and its asker gets what
    comes of that; who asked for anything else gets ActorDeadError. An idle actor runs
    `on_stop`, a busy one no hook at all. Its thread counts as abandoned if it is not gone in a
    second.

    Returns:
        False if it had ended.
    """
    flag = StopFlag.of(ref)
    if flag.is_set():
        return False
    thread = _thread_of(ref)
    ActorRegistry.unregister(ref)
    flag.end(KILLED)
    _close_inbox(ref)
    if thread is not None:
        from greenroom.runtime.abandoned import abandon  # noqa: PLC0415 - few programs kill any

        abandon(thread)
    return True


def _close_inbox(ref: ActorRef[Any]) -> None:
    inbox = ref.actor_inbox
    if not isinstance(inbox, queue.Queue):
        return  # of a kind that may block; its own loop empties it, when it comes back
    with suppress(queue.Empty):
        while True:
            envelope = inbox.get_nowait()
            if envelope.reply_to is None:
                continue
            if isinstance(envelope.message, _ActorStop):
                envelope.reply_to.set(None)
            else:
                error = ActorDeadError(f"{ref} was killed before it handled the message")
                envelope.reply_to.set_exception((ActorDeadError, error, None))
    with suppress(queue.Full):
        inbox.put_nowait(Envelope(_ActorStop()))  # an idle thread sleeps until something comes


def _thread_of(ref: ActorRef[Any]) -> threading.Thread | None:
    # pykka keeps no record of it; a thread knows what it runs, the loop of its actor.
    for thread in threading.enumerate():
        actor = getattr(getattr(thread, "_target", None), "__self__", None)
        if getattr(actor, "actor_urn", None) == ref.actor_urn:
            return thread
    return None
