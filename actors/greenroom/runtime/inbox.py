"""Mailboxes: two lanes, one bound, no locks, and no question left unanswered.

The control lane is the framework's: stops, signals and timers. It is served
first and has no bound. The work lane takes what anybody sends, up to a bound, and
the news of other actors' ends, which must not overtake what those actors sent
before (M5); news is exempt from the bound.

Putting takes no lock. Whoever puts appends first and looks at `closed` afterwards;
whoever closes sets `closed` first and sweeps the lanes afterwards. So a message
that arrives while its actor dies is seen by at least one of the two, and as
`popleft` is atomic it is answered by exactly one: this is how a question that races
with a stop gets its answer (P6). The same pattern, with the flag that says whether the
drain is queued, loses no wake-up. It needs all threads to agree on one order of the
four steps, which the GIL provides; on a free-threaded build it would need a fence.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from pykka import ActorDeadError

from greenroom.runtime.errors import MailboxFull
from greenroom.runtime.question import Question
from greenroom.runtime.signals import Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher.run_queue import RunQueue

__all__ = ["Inbox"]


class Inbox:
    """What an actor has yet to handle. Anyone puts; its dispatcher's thread takes.

    Until `open()` messages wait and nobody is woken for them.

    Attributes:
        bound: how many messages may wait in the work lane. As many threads as
            put at the same moment may exceed it by one each.
        closed: whether what is put from now on is refused.
        control: the lane of the framework, served first.
        name: the actor's, for errors.
        work: the lane of everybody else.
    """

    __slots__ = ("_drain", "_queue", "_scheduled", "bound", "closed", "control", "name", "work")

    _drain: Callable[[], object]
    _queue: RunQueue
    name: str

    def __init__(self) -> None:
        self.control: deque[Any] = deque()
        self.work: deque[Any] = deque()
        self.bound = float("inf")
        self.closed = False
        self._scheduled = True  # the drain is queued, or must not be yet

    def bind(
        self, name: str, bound: int | None, queue: RunQueue, drain: Callable[[], object]
    ) -> None:
        """Say whose mailbox this is, and what empties it where."""
        self.name = name
        self.bound = float("inf") if bound is None else bound
        self._queue = queue
        self._drain = drain

    # --- putting, from any thread ---

    def put(self, message: Any, /) -> None:
        """Add to the work lane.

        Raises:
            pykka.ActorDeadError: the actor has ended.
            MailboxFull: the lane is at its bound.
        """
        if self.closed:
            raise ActorDeadError(f"{self.name} has ended and takes no messages")
        work = self.work
        if len(work) >= self.bound:
            raise MailboxFull(self.name, self.bound)
        work.append(message)
        if not self._scheduled:
            self._schedule()
        if self.closed:
            self.sweep()  # type: ignore[unreachable]  # closed by another thread

    def put_control(self, message: Any) -> bool:
        """Add to the control lane; return False if the actor has ended."""
        return self._put_unbounded(self.control, message)

    def put_news(self, message: Any) -> bool:
        """Add to the work lane, whatever its bound; return False if the actor has ended."""
        return self._put_unbounded(self.work, message)

    def nudge(self) -> None:
        """Have the drain run, with or without a message."""
        if not self._scheduled:
            self._schedule()

    # --- taking, on the dispatcher ---

    def open(self) -> None:
        """Let the drain be woken from now on, at once for what waits already."""
        self._scheduled = False
        if not self.empty():
            self.nudge()

    def empty(self) -> bool:
        """Whether no message waits."""
        return not (self.control or self.work)

    def end_turn(self) -> None:
        """Queue the drain again if messages wait, else let the next one wake it."""
        if self.control or self.work:
            self._queue.items.append(self._drain)
            return
        # The flag first, then the lanes: a message put in between is seen by one of us.
        self._scheduled = False
        if not self.empty():
            self.nudge()

    def close(self) -> None:
        """Refuse messages from now on, and let go of who took them."""
        self.closed = True
        self._drain = _nothing

    def sweep(self) -> None:
        """Answer all that still waits, once the inbox is closed. From any thread."""
        for lane in (self.control, self.work):
            while True:
                try:
                    message = lane.popleft()
                except IndexError:
                    break
                self._answer_for_the_dead(message)

    def _answer_for_the_dead(self, message: Any) -> None:
        if type(message) is Question:
            error = ActorDeadError(f"{self.name} ended before it handled the message")
            message.answer.fail(error)
            message = message.message
        if isinstance(message, Stop):
            message.confirm()

    def _put_unbounded(self, lane: deque[Any], message: Any) -> bool:
        if self.closed:
            return False
        lane.append(message)
        if not self._scheduled:
            self._schedule()
        if self.closed:
            self.sweep()  # type: ignore[unreachable]  # closed by another thread
        return True

    def _schedule(self) -> None:
        queue = self._queue
        queue.mark.require(self.name)
        # A KeyboardInterrupt in the main thread strikes after the append at the earliest:
        # no instruction before it lets one in. So an actor that counts as scheduled is in
        # the queue; and who serves the queue is woken, interrupted or not.
        self._scheduled = True
        try:
            queue.items.append(self._drain)
            queue.wake()
        except BaseException:
            queue.wake()
            raise


def _nothing() -> None:
    """Empty the mailbox of an actor that has ended: it is swept."""
