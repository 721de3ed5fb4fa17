"""Events that any actor can subscribe to, by their type.

    stream = EventStream()
    subscription = stream.subscribe(self.actor_ref, ChildExited, GaveUp)
    stream.publish(GaveUp(...))

Publishing never blocks and never fails: a subscriber that has ended is forgotten, and one
whose mailbox is full loses the event, which is counted. So nobody who reports what it does can
be held up, or brought down, by who listens.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

from pykka import ActorDeadError
from pykka._envelope import Envelope

from greenroom.runtime.errors import MailboxFull
from greenroom.runtime.log import report_error
from greenroom.runtime.stop_flag import StopFlag

if TYPE_CHECKING:
    from pykka import ActorRef

__all__ = ["EventStream", "Subscription", "offer"]


class Subscription:
    """One actor's interest in some types of events. Get it from `EventStream.subscribe`.

    Attributes:
        ref: who is told.
        types: of which types the events are; those of a subclass are, too.
        lost: how many events found the mailbox of `ref` full.
    """

    __slots__ = ("_stream", "lost", "ref", "types")

    def __init__(self, stream: EventStream, ref: ActorRef[Any], types: tuple[type, ...]) -> None:
        self._stream = stream
        self.ref = ref
        self.types = types
        self.lost = 0

    def __repr__(self) -> str:
        names = ", ".join(kind.__name__ for kind in self.types)
        return f"<Subscription of {self.ref} to {names}, {self.lost} lost>"

    @property
    def active(self) -> bool:
        """Whether events are still told."""
        return self in self._stream

    def cancel(self) -> None:
        """Be told nothing that is published from now on. Idempotent, from any thread.

        What lies in the mailbox already is still delivered.
        """
        self._stream.unsubscribe(self)


class EventStream:
    """Passes events on to whoever subscribed to their type. All methods from any thread.

    What one thread publishes arrives in that order. Events are told as they are, so
    they should be frozen.
    """

    def __init__(self) -> None:
        # In order of subscription. Never changed in place while somebody iterates: both
        # `tuple(dict)` and the methods used here are atomic.
        self._subscriptions: dict[Subscription, None] = {}
        self._lock = threading.Lock()  # of the counts

    def __len__(self) -> int:
        return len(self._subscriptions)

    def __contains__(self, subscription: object) -> bool:
        return subscription in self._subscriptions

    def subscribe(self, ref: ActorRef[Any], *types: type) -> Subscription:
        """Have the actor behind `ref`, any pykka actor, told events of `types`.

        Every subscription is of its own: an actor that subscribes to the same type twice is
        told twice. It ends with the actor.

        Args:
            ref: who is to be told.
            types: of which types, subclasses included; without any, all events.
        """
        if not all(isinstance(kind, type) for kind in types):
            raise TypeError(f"subscribe() takes types of events after the actor; got {types!r}")
        subscription = Subscription(self, ref, types or (object,))
        self._subscriptions[subscription] = None
        if not StopFlag.of(ref).on_end(subscription, subscription.cancel):
            self.unsubscribe(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Tell it nothing that is published from now on. Idempotent."""
        self._subscriptions.pop(subscription, None)
        StopFlag.of(subscription.ref).call_off(subscription)

    def publish(self, event: Any) -> None:
        """Tell `event` to everyone who subscribed to its type; never blocks or raises."""
        for subscription in tuple(self._subscriptions):
            if isinstance(event, subscription.types) and not offer(subscription.ref, event):
                with self._lock:
                    subscription.lost += 1


def offer(ref: ActorRef[Any], event: Any) -> bool:
    """Put `event` into the mailbox of any pykka actor; return False if that is full.

    Never blocks or raises. An actor that has ended gets nothing, and that is no loss.
    """
    try:
        if isinstance(ref.actor_inbox, queue.Queue) and ref.actor_inbox.maxsize > 0:
            ref.actor_inbox.put_nowait(Envelope(event))  # where `tell` would wait for room
        else:
            ref.tell(event)
    except (MailboxFull, queue.Full):
        return False
    except ActorDeadError:
        pass  # its end is about to end the subscription, too
    except Exception as error:  # noqa: BLE001 - a stranger's mailbox; the others are told yet
        report_error(__name__, "subscriber_not_told", error, subscriber=str(ref))
    return True
