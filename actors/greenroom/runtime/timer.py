"""Calls that are due at a moment, in the order in which they are due.

A `Timer` is the handle of one call, a `TimerQueue` the calls of one dispatcher.
Timers that are due at the same moment fire in the order in which they were made.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Timer", "TimerQueue"]

_COMPACT_ABOVE = 64  # cancelled timers worth one sweep; below it the heap's own order is cheaper


class Timer:
    """One call, due once. Get it from `Dispatcher.call_later` or `Actor.after`.

    Args:
        when: the moment it is due, in the dispatcher's clock.
        call: what to do then.
        owner: a set that holds this timer for as long as it is pending.
    """

    __slots__ = ("_call", "_owner", "cancelled", "when")

    def __init__(
        self, when: float, call: Callable[[], object], owner: set[Timer] | None = None
    ) -> None:
        self.when = when
        self.cancelled = False
        self._call: Callable[[], object] | None = call
        self._owner = owner
        if owner is not None:
            owner.add(self)

    def __repr__(self) -> str:
        state = "cancelled" if self.cancelled else "pending" if self.pending else "fired"
        return f"<Timer when={self.when!r} {state}>"

    @property
    def pending(self) -> bool:
        """Whether the call is still to come."""
        return self._call is not None

    def cancel(self) -> None:
        """Prevent the call, and let go of all it refers to. Idempotent, from any thread.

        On the dispatcher's thread nothing comes of the timer afterwards. A
        call that has begun on that thread meanwhile is not undone from another.
        """
        self.cancelled = True
        self._release()

    def fire(self) -> None:
        """Make the call, unless it was made or cancelled. For the dispatcher."""
        call = self._release()
        if call is not None:
            call()

    def _release(self) -> Callable[[], object] | None:
        call, self._call = self._call, None
        if self._owner is not None:
            self._owner.discard(self)
        return call


class TimerQueue:
    """The pending timers of one dispatcher; only its own thread may use them."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._compact_at = _COMPACT_ABOVE

    def add(self, timer: Timer) -> None:
        """Take in a timer."""
        if len(self._heap) >= self._compact_at:
            self._compact()
        heappush(self._heap, (timer.when, next(self._order), timer))

    def next_due(self) -> float | None:
        """Return the moment of the first pending timer, or None without any."""
        heap = self._heap
        while heap and not heap[0][2].pending:
            heappop(heap)
        return heap[0][0] if heap else None

    def pop_due(self, now: float) -> Timer | None:
        """Take out the first timer that is due at `now`, or None."""
        due = self.next_due()
        if due is None or due > now:
            return None
        return heappop(self._heap)[2]

    def clear(self) -> None:
        """Cancel every pending timer."""
        for _, _, timer in self._heap:
            timer.cancel()
        self._heap.clear()

    def _compact(self) -> None:
        # A deadline is nearly always cancelled long before it is due. Sweeping when
        # the heap has doubled keeps memory at twice the pending timers, at O(1) a timer.
        self._heap = [entry for entry in self._heap if entry[2].pending]
        heapify(self._heap)
        self._compact_at = max(_COMPACT_ABOVE, 2 * len(self._heap))
