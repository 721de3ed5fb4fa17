"""Share a fate: of two linked actors, neither outlives a failure of the other (M6 to M8).

An actor that ends `Normal`ly leaves its peers alone; any other end is theirs, too, with the same
reason, unless they trap exits: then they get a message, `Exit(ref, reason)`, and live on. Two
actors have one link or none, whoever made it and however often.

An exit signal overtakes what waits in the peer's mailbox, as it does on the BEAM; one that is
trapped is a message like any other and comes after all that the dead actor had sent (M5). A peer
that is being stopped already goes on with that. A plain pykka actor is a peer that cannot trap: it
is sent its stop message.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom.runtime.exit_reason import NO_PROC, ExitReason, Normal
from greenroom.runtime.plain import stop_plain
from greenroom.runtime.ref import ActorRef
from greenroom.runtime.signals import ExitSignal
from greenroom.runtime.stop_flag import StopFlag

if TYPE_CHECKING:
    import pykka

__all__ = ["Exit", "Link", "link", "unlink"]

_LINKING: Final = threading.Lock()  # or two threads could link the same two twice


class Exit(msgspec.Struct, frozen=True):
    """A linked actor has ended, and this one traps exits.

    Attributes:
        ref: the actor.
        reason: why it ended; `NoProc` if it had ended before it was linked.
    """

    ref: pykka.ActorRef[Any]
    reason: ExitReason


class Link:
    """What ties two actors. Made by `link`, and nobody else's business.

    Attributes:
        active: whether the end of one still concerns the other.
    """

    __slots__ = ("_one", "_other", "active")

    def __init__(self, one: pykka.ActorRef[Any], other: pykka.ActorRef[Any]) -> None:
        self._one = one
        self._other = other
        self.active = True

    def __repr__(self) -> str:
        state = "active" if self.active else "over"
        return f"<Link of {self._one} and {self._other}, {state}>"

    def cancel(self) -> None:
        """End the link. Idempotent; no exit signal of it has an effect afterwards."""
        self.active = False
        self.release()

    def release(self) -> None:
        """Be forgotten by both sides."""
        one, other = self._one, self._other
        StopFlag.of(one).ties.discard(other.actor_urn, self)
        StopFlag.of(other).ties.discard(one.actor_urn, self)

    def ended(self, flag: StopFlag, reason: ExitReason) -> None:
        """Send the other the exit signal of the actor whose flag this is."""
        one, other = self._one, self._other
        if one.actor_stopped is flag:
            self.signal(other, one, reason)
        else:
            self.signal(one, other, reason)

    def signal(
        self, peer: pykka.ActorRef[Any], dead: pykka.ActorRef[Any], reason: ExitReason
    ) -> None:
        """Let the end of `dead` act on `peer`."""
        if not self.active:
            return
        traps = isinstance(peer, ActorRef) and peer.actor_class.trap_exits
        if isinstance(reason, Normal) and not traps:
            self.cancel()
        elif isinstance(peer, ActorRef):
            # The link stays until the signal is handled: till then the peer may unlink.
            put = peer.actor_inbox.put_news if traps else peer.actor_inbox.put_control
            put(ExitSignal(self, dead, reason))
        else:
            self.cancel()
            stop_plain(peer, reason)


def link(one: pykka.ActorRef[Any], other: pykka.ActorRef[Any]) -> None:
    """Link two actors, of any kind. Idempotent, from any thread.

    If one has ended already, the other gets the exit signal `NoProc`. An actor is not linked
    to itself.
    """
    if one.actor_urn == other.actor_urn:
        return
    flag, other_flag = StopFlag.of(one), StopFlag.of(other)
    with _LINKING:
        if any(tie.active for tie in _links(one, other)):
            return
        made = Link(one, other)
        lives = flag.ties.add(other.actor_urn, made)
        other_lives = other_flag.ties.add(one.actor_urn, made)
    if lives and other_lives:
        # A plain pykka actor may have ended while its event became a flag.
        flag.still_on()
        other_flag.still_on()
        if not made.active:  # one ended between our two steps, and the other knows already
            made.release()
    elif lives:
        made.signal(one, other, NO_PROC)
    elif other_lives:
        made.signal(other, one, NO_PROC)


def unlink(one: pykka.ActorRef[Any], other: pykka.ActorRef[Any]) -> None:
    """End the link between two actors, if there is one. From any thread.

    Called by one of the two, an actor of this runtime, it promises that no exit signal of the
    other comes any more, one that was under way included.
    """
    for tie in (*_links(one, other), *_links(other, one)):
        tie.cancel()


def _links(one: pykka.ActorRef[Any], other: pykka.ActorRef[Any]) -> list[Link]:
    ties = StopFlag.of(one).ties.between(other.actor_urn)
    return [tie for tie in ties if isinstance(tie, Link)]
