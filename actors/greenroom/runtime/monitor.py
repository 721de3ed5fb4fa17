"""Learn of another actor's end: `watch` it, and be told `Terminated(ref, reason)`.

Both sides may be actors of this runtime or plain pykka ones. Every watch gives
exactly one message, unless it is cancelled first or the watcher ends first, and the
order of "watch" and "die" does not matter: of one that is dead already, `NoProc`
is told at once (M1, M2). The message comes after everything that the dead actor had
sent to its watcher (M5), and, from an actor of this runtime, after everything it
held has been released (M4).

A plain pykka actor flags its end *before* its `on_stop` and `on_failure` run (P2),
so the news of its death promises nothing about what it held.
"""

from __future__ import annotations

from typing import Any

import msgspec
from pykka import ActorDeadError, ActorRef

from greenroom.runtime.exit_reason import NO_PROC, ExitReason
from greenroom.runtime.log import report_error
from greenroom.runtime.signals import Down
from greenroom.runtime.stop_flag import StopFlag

__all__ = ["Monitor", "Terminated", "unwatch", "watch"]


class Terminated(msgspec.Struct, frozen=True, eq=False):
    """A watched actor has ended.

    Two of them are equal if they say the same: the monitor does not count.

    Attributes:
        ref: the actor.
        reason: why it ended.
        monitor: the watch that this is the news of, by which n watches over one actor are
            told apart (M1).
    """

    ref: ActorRef[Any]
    reason: ExitReason
    monitor: Monitor | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Terminated):
            return NotImplemented
        return (self.ref, self.reason) == (other.ref, other.reason)

    def __hash__(self) -> int:
        return hash((self.ref, self.reason))


class Monitor:
    """One watch: who is watched by whom. Get it from `watch`.

    Attributes:
        target: the actor whose end is awaited.
        watcher: the actor that is told.
        active: whether the watcher may still be told.
    """

    __slots__ = ("active", "target", "watcher")

    def __init__(self, target: ActorRef[Any], watcher: ActorRef[Any]) -> None:
        self.target = target
        self.watcher = watcher
        self.active = True

    def __repr__(self) -> str:
        state = "active" if self.active else "over"
        return f"<Monitor of {self.target} by {self.watcher}, {state}>"

    def cancel(self) -> None:
        """End the watch. Idempotent.

        Called by the watcher, an actor of this runtime, nothing is delivered
        afterwards (M3); a plain pykka watcher may have the message in its queue.
        """
        self.active = False
        self.release()

    def release(self) -> None:
        """Be forgotten by both sides."""
        StopFlag.of(self.target).ties.discard(self.watcher.actor_urn, self)
        StopFlag.of(self.watcher).ties.discard(self.target.actor_urn, self)

    def ended(self, flag: StopFlag, reason: ExitReason) -> None:
        """Tell the watcher, if it was not the watcher itself that ended."""
        if self.target.actor_stopped is flag:
            self.notify(reason)
        else:
            self.cancel()

    def notify(self, reason: ExitReason) -> None:
        """Tell the watcher that the target has ended. For who took the monitor out."""
        take_news = StopFlag.of(self.watcher).take_news
        if take_news is not None:
            # Forgotten when the news is handled: till then the watcher may cancel.
            take_news(Down(self, reason))
            return
        self.release()
        if self.active:
            self.active = False
            self._tell(Terminated(self.target, reason, self))

    def _tell(self, news: Terminated) -> None:
        try:
            self.watcher.tell(news)
        except ActorDeadError:
            return
        except Exception as error:  # noqa: BLE001 - a stranger's mailbox; the others are told yet
            report_error(__name__, "watcher_not_told", error, watcher=str(self.watcher))


def watch(target: ActorRef[Any], watcher: ActorRef[Any]) -> Monitor:
    """Have `watcher` told `Terminated` when `target` ends. From any thread.

    Watching n times gives n messages. A watcher that has ended is told nothing.
    """
    monitor = Monitor(target, watcher)
    if not StopFlag.of(watcher).ties.add(target.actor_urn, monitor):
        monitor.active = False
        return monitor
    flag = StopFlag.of(target)
    if not flag.ties.add(watcher.actor_urn, monitor):
        monitor.notify(NO_PROC)
    elif not monitor.active:  # the watcher ended between our two steps
        monitor.release()
    else:
        flag.still_on()
    return monitor


def unwatch(target: ActorRef[Any], watcher: ActorRef[Any]) -> None:
    """Cancel every watch of `watcher` over `target`; what that promises is in `Monitor.cancel`."""
    for tie in StopFlag.of(watcher).ties.between(target.actor_urn):
        if isinstance(tie, Monitor) and tie.target.actor_urn == target.actor_urn:
            tie.cancel()
