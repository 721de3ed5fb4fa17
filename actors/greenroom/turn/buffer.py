"""Frames between the dispatcher and a reader, in bounded memory: the producer's side.

The producer never waits. When unread frames weigh more than `Backlog.memory`, one of two things
happens:

* somebody reads, and the process can be paused: the producer is told to, until half of them are
  read, or until it says that this takes too long. Then its reader's `Overflow` policy makes room:
  frames are joined, or those that follow go to disk until the reader has caught up;
* nobody reads, or there is nothing to pause: the oldest batches are dropped and counted. So a
  caller who only wants the result pays a fixed amount of memory.

One producer (the dispatcher's thread), any number of readers; each batch goes to one of them.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from greenroom.runtime import DispatcherClosed
from greenroom.runtime.log import report_error
from greenroom.turn.spill import Spill
from greenroom.turn.weight import FRAME_BYTES, weight
from greenroom.values.backlog import DEFAULT_BACKLOG, Backlog, Overflow
from greenroom_protocol import Batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Keeper
    from greenroom.runtime import Dispatcher

__all__ = ["ASIDE", "END", "Buffer"]

END: Final = None
ASIDE: Final = Batch(frames=[])
"""In the queue: what follows is in the spill. Whoever takes it out of the queue is alone there, and
puts it back until nothing is left; meanwhile nothing is behind it."""
_ON_THEIR_WAY: Final = 8 * 1024 * 1024
"""Bytes a producer may put after it was told to pause; one that puts more is ending."""


class Buffer:
    """Holds what was put and not taken yet; see the module. Readers are `Stream`'s matter.

    Attributes:
        backlog: its bounds, and what happens there.
        fed_at: when frames were put last, in the dispatcher's clock.
        lost_frames: frames dropped because nobody read them in time.
        strained: the producer is to wait for `on_relief`.
    """

    def __init__(
        self,
        backlog: Backlog = DEFAULT_BACKLOG,
        *,
        on_relief: Callable[[], None] | None = None,
        dispatcher: Dispatcher | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        """Create an empty stream.

        Args:
            backlog: what strains it, and what happens then.
            on_relief: called when a strained stream is half empty again, or was left by its last
                reader. None: the producer cannot pause, so `put` never asks for it.
            dispatcher: who has to run for frames to come, if that is known.
            keeper: joins frames and decodes them again. None: the backlog's policy is to pause.
        """
        self.backlog = backlog
        self.fed_at = 0.0
        self.lost_frames = 0
        self._queue: deque[Batch | None] = deque()
        self._on_relief = on_relief
        self._dispatcher = dispatcher
        self._now = float if dispatcher is None else dispatcher.clock.now
        self._keeper = keeper
        self._spill: Spill | None = None
        self._total = 0  # weight that was put
        self._allowed = backlog.memory  # what may have been put by now: that taken, and the limit
        self._readers = 0
        self.strained = False
        self._defied = 0  # bytes put since
        self._behind = False  # frames were joined, and none was read since
        self._ended = False
        # Put to without the lock, taken from with it: making room takes all and puts some back.
        # Reentrant: the garbage collector may close a forgotten iterator on a thread that has it.
        self._lock = threading.RLock()
        self._wakers: deque[Callable[[], object]] = deque()

    # --- the producer's side, on the dispatcher --------------------------------------

    def put(self, batch: Batch) -> bool:
        """Add a batch; return False when the producer should pause until `on_relief` is called.

        After the end it is dropped.
        """
        if self._ended:
            return True
        self.fed_at = self._now()
        self._total += len(batch.block) + FRAME_BYTES * len(batch.frames)  # `weight`, but a call
        if self._spill is None:
            self._queue.append(batch)
        else:
            self._set_aside(batch)
        if self._wakers:
            self._wake()
        return self._total <= self._allowed or self._make_room(len(batch.block))

    def end(self) -> None:
        """Say that nothing follows. Idempotent; readers finish after what is buffered."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            if self._spill is None:
                self._queue.append(END)
        self._wake()

    def make_way(self) -> None:
        """Do what can be done for the producer, which has paused long enough.

        `on_relief` is called as soon as that was enough. It stays paused when the policy is to
        pause, and while the disk is slow, full or refuses.
        """
        with self._lock:
            if not self.strained or self._keeper is None:
                return
            if self.backlog.overflow is Overflow.COALESCE and self._spill is None:
                self._coalesce(self._keeper)
            roomy = self._half_empty()
            if not roomy:
                self._begin_spill()
        if roomy:
            self._relieve()

    def stop_pausing(self) -> None:
        """Let `put` ask for no pause any more: what does not fit is dropped and counted.

        For a producer that has to get to its end, however slow the readers are. `on_relief` is not
        called for it, nor, but for a reader that is just about to, ever again. A policy that spills
        goes on to spill, and frames may weigh twice what is allowed until the disk has taken them.
        Idempotent.
        """
        with self._lock:
            self._on_relief = None
            self.strained = False

    def _make_room(self, size: int) -> bool:
        """Return False if somebody will call for more, else drop what is too much."""
        with self._lock:
            if self._total <= self._allowed:  # a reader was faster
                return True
            self._defied = self._defied + size if self.strained else 0
            if self._defied > _ON_THEIR_WAY:
                self._on_relief = None
            self.strained = self._on_relief is not None and self._readers > 0
            if self.strained:
                return self._behind and self._coalesce_again()
            if self._readers:
                self._begin_spill()
            excess = self._spill is not None and self._spill.writable and self.backlog.memory
            while self._total > self._allowed + excess and self._drop_oldest():
                pass
        return True

    def _drop_oldest(self) -> bool:
        if not self._queue or self._queue[0] is END:  # a reader has just taken it
            return False
        batch = self._queue.popleft()
        if batch is ASIDE:
            spill = self._spill
            batch = None if spill is None else spill.drop()
            self._go_on_aside()
        if batch is None:
            return False
        self._allowed += weight(batch)
        self.lost_frames += len(batch.frames)
        return True

    def _wake(self) -> None:
        # Who waits appends a waker and then looks into the queue, who puts does it the other way
        # round: one of the two sees the other.
        wakers, dispatcher = self._wakers, self._dispatcher
        while wakers:
            with suppress(IndexError):  # two wake at once
                wake = wakers.popleft()
                if dispatcher is None:
                    wake()
                else:
                    dispatcher.rouse(wake)

    # --- joining what is in memory -----------------------------------------------------

    def _take_all(self) -> list[Batch]:
        """Empty the queue, which has no end yet: only a producer that goes on makes room."""
        batches = [batch for batch in self._queue if batch is not None]
        self._queue.clear()
        return batches

    def _coalesce(self, keeper: Keeper) -> None:
        batches = self._take_all()
        joined = keeper.merge(batches)
        self._queue.extend(joined)
        self._allowed += sum(map(weight, batches)) - sum(map(weight, joined))
        self._behind = True
        self._wake()  # a reader may have looked in between

    def _coalesce_again(self) -> bool:
        """Return whether there is room now; else there will be when the disk has taken enough."""
        assert self._keeper is not None  # who joined before
        if self._spill is None:
            self._coalesce(self._keeper)
        if self._half_empty():
            self.strained = False
            return True
        self._begin_spill()
        return False

    # --- spilling ----------------------------------------------------------------------

    def _begin_spill(self) -> None:
        """Send all but the oldest quarter to disk, and what follows after it."""
        policy = self.backlog.overflow in (Overflow.SPILL, Overflow.COALESCE)
        if self._spill is not None or self._keeper is None or self._dispatcher is None:
            return
        if not policy or self._ended:
            return
        joins = self.backlog.overflow is Overflow.COALESCE
        spill = Spill(self.backlog.disk, self._keeper, joins=joins)
        held = 0
        for batch in self._take_all():
            held += weight(batch)
            if 4 * held <= self.backlog.memory:
                self._queue.append(batch)
            else:
                spill.append(batch)
        self._spill = spill
        self._queue.append(ASIDE)
        self._wake()
        self._write_on(spill)

    def _set_aside(self, batch: Batch) -> None:
        with self._lock:
            spill = self._spill
            if spill is None:  # a reader has just taken the last of it
                self._queue.append(batch)
                return
            spill.append(batch)
        self._write_on(spill)

    def _write_on(self, spill: Spill) -> None:
        with self._lock:
            work = spill.begin()
        if work is None:
            return
        assert self._dispatcher is not None  # as there is a spill
        try:
            self._dispatcher.run_in_worker(work, then=partial(self._written, spill))
        except DispatcherClosed as error:
            self._written(spill, None, error)

    def _written(self, spill: Spill, _result: object, error: BaseException | None) -> None:
        with self._lock:
            self._allowed += spill.done(error)
            relieved = self._half_empty()
        if relieved:
            self._relieve()
        self._write_on(spill)

    def _from_aside(self) -> Batch | None:
        """Take the oldest batch of the spill; None: it was lost."""
        try:
            return self._fetch()
        finally:
            self._go_on_aside()

    def _fetch(self) -> Batch | None:
        spill = self._spill
        if spill is None:
            return None
        with self._lock:
            batch = spill.pop()
            relieved = batch is not None and self._took(batch)
            start, end = spill.extent()
        if relieved:
            self._relieve()
        if batch is None and start != end:
            batch = self._load(spill, start, end)
        return batch

    def _put_back(self, batch: Batch) -> None:
        """Have the next reader begin with what was taken last, and read by nobody."""
        self._queue.appendleft(batch)
        self._allowed -= weight(batch)
        self._wake()

    def _load(self, spill: Spill, start: int, end: int) -> Batch | None:
        try:
            batch, start, count = spill.load(start, end)
        except OSError as error:
            with self._lock:
                lost = spill.lose()
                self.lost_frames += lost
            report_error(__name__, "spill_lost", error, frames=lost)
            return None
        with self._lock:
            try_again = spill.advance(start, count)
        if try_again and self._dispatcher is not None:
            with suppress(DispatcherClosed):
                self._dispatcher.call_soon(self._write_on, spill)
        return batch

    def _go_on_aside(self) -> None:
        with self._lock:
            spill = self._spill
            if spill is not None and not spill.empty:
                self._queue.append(ASIDE)
            else:
                self._spill = None
                if self._ended:
                    self._queue.append(END)
        self._wake()

    # --- what was taken ----------------------------------------------------------------

    @property
    def exhausted(self) -> bool:
        """Whether everything there will ever be has been read."""
        taken = self._allowed - self.backlog.memory
        return self._ended and self._spill is None and self._total == taken

    def _take(self) -> Batch | None:
        """Take the next batch, ASIDE, or END, which stays.

        Raises:
            IndexError: there is none for now.
        """
        with self._lock:
            batch = self._queue[0]
            if batch is END:
                return END
            self._queue.popleft()
            relieved = batch is not ASIDE and self._took(batch)
        if relieved:
            self._relieve()
        return batch

    def _took(self, batch: Batch) -> bool:
        """Count what was taken; return whether the producer is to be relieved."""
        self._allowed += len(batch.block) + FRAME_BYTES * len(batch.frames)  # as in `put`
        self._behind = False
        return self.strained and self._half_empty()

    def _half_empty(self) -> bool:
        return 2 * (self._total - self._allowed) <= -self.backlog.memory

    def _relieve(self) -> None:
        with self._lock:
            strained, self.strained = self.strained, False
            on_relief = self._on_relief
        if strained and on_relief is not None:
            on_relief()
