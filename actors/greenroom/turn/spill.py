"""The rear of a stream whose reader is behind: batches on disk, and those on their way there.

The dispatcher adds batches and says when they may be written; a worker writes, because the page
cache makes its writers wait as soon as too much of it is dirty, and a dispatcher that waits stops
every session; the reader reads and decodes again, at its own cost.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, final

from greenroom.runtime.log import report_warning
from greenroom.turn.spill_file import SpillFile
from greenroom.turn.weight import weight
from greenroom_protocol import Batch, Oversize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from greenroom.backends.base import Keeper

__all__ = ["Spill"]

_HEAD: Final = Struct("<IQ")
"""Before each block: its length; the size of the over-long line it is the head of, or 0."""

_WRITE_BYTES: Final = 1024 * 1024
_READ_BYTES: Final = 256 * 1024


@final
class Spill:
    """Batches in order: the older ones on disk, the newer ones in memory until they are written.

    Its stream calls it, under the stream's lock but for `load`; batches are taken by one reader at
    a time.

    Args:
        capacity: bytes on disk at most.
        keeper: decodes lines again.
        joins: join pieces of one text when they are read again.
    """

    def __init__(self, capacity: int, keeper: Keeper, *, joins: bool = False) -> None:
        self._file = SpillFile(capacity)
        self._keeper = keeper
        self._joins = joins
        self._start = 0  # positions in the file: of the oldest batch
        self._end = 0  # and behind the newest
        self._frames = 0
        self._tail: deque[Batch] = deque()
        self._writing: deque[int] = deque()  # sizes of the records under way, those of the tail's
        self._busy = False
        self._refused = False

    @property
    def empty(self) -> bool:
        """Whether nothing is left to be read."""
        return not self._tail and self._start == self._end

    @property
    def writable(self) -> bool:
        """Whether what waits in memory will go to disk before anybody reads."""
        return not self._refused

    def append(self, batch: Batch) -> None:
        """Add the newest batch."""
        self._tail.append(batch)

    # --- writing, on the dispatcher ------------------------------------------------------

    def begin(self) -> Callable[[], None] | None:
        """Return the next piece of work for a worker; None when there is none for now."""
        if self._busy or self._refused or not self._tail:
            return None
        room = self._file.capacity - (self._end - self._start)
        size = 0
        records: list[bytes] = []
        for batch in self._tail:
            record = _pack(batch)
            size += len(record)
            if size > room:
                break
            records.append(record)
            self._writing.append(len(record))
            if size >= _WRITE_BYTES:
                break
        if not records:
            self._refused = True
            return None
        self._busy = True
        return partial(self._file.write, self._end, b"".join(records))

    def done(self, error: BaseException | None) -> int:
        """Take note that the work is done, or failed; return what went out of memory by it."""
        self._busy = False
        sizes, self._writing = self._writing, deque()
        if error is not None:
            self._refused = True
            if isinstance(error, OSError):
                report_warning(__name__, "spill_refused", error=repr(error))
            return 0
        freed = 0
        for size in sizes:
            batch = self._tail.popleft()
            self._end += size
            self._frames += len(batch.frames)
            freed += weight(batch)
        return freed

    # --- reading, by whoever is the reader ------------------------------------------------

    def pop(self) -> Batch | None:
        """Take the oldest batch if it is in memory; None: it is on disk, or there is none."""
        if self._start != self._end or not self._tail:
            return None
        if self._writing:  # it is read before it is written; so is nothing before it
            self._start = self._end = self._end + self._writing.popleft()
        return self._tail.popleft()

    def drop(self) -> Batch | None:
        """Take the oldest batch out of memory that is not under way to the disk."""
        if len(self._tail) == len(self._writing):
            return None
        batch = self._tail[len(self._writing)]
        del self._tail[len(self._writing)]
        return batch

    def extent(self) -> tuple[int, int]:
        """Return where the batches on disk are: to be loaded without the lock."""
        return self._start, self._end

    def load(self, start: int, end: int) -> tuple[Batch, int, int]:
        """Read and decode some of the oldest batches.

        Returns:
            They as one batch, where they end, and how many frames they were.

        Raises:
            OSError: the disk does not give them.
        """
        size = min(end - start, _READ_BYTES)
        data = self._file.read(start, size)
        length = _HEAD.size + _HEAD.unpack_from(data)[0]
        if length > size:
            data += self._file.read(start + size, length - size)
        frames: list[Any] = []
        blocks: list[bytes] = []
        done = 0
        for block, overlong in _unpack(data):
            frames += [Oversize(overlong, block)] if overlong else self._keeper.decode(block)
            blocks.append(block)
            done += _HEAD.size + len(block)
        batch = Batch(frames=frames, block=b"\n".join(blocks))
        if self._joins:
            batch = _as_one(self._keeper.merge([batch]))
        return batch, start + done, len(frames)

    def advance(self, end: int, frames: int) -> bool:
        """Forget what was loaded; return whether the disk may be tried again."""
        self._start = end
        self._frames -= frames
        if not self._refused or 2 * (self._end - self._start) > self._file.capacity:
            return False
        self._refused = False
        return True

    def lose(self) -> int:
        """Forget what is on disk; return how many frames that were."""
        self._start = self._end
        lost, self._frames = self._frames, 0
        return lost


def _as_one(batches: Sequence[Batch]) -> Batch:
    return Batch(
        frames=[frame for batch in batches for frame in batch.frames],
        block=b"\n".join([batch.block for batch in batches]),
    )


def _pack(batch: Batch) -> bytes:
    overlong = batch.frames[0].size if _is_overlong(batch) else 0
    return _HEAD.pack(len(batch.block), overlong) + batch.block


def _is_overlong(batch: Batch) -> bool:
    # Its block is but the head of a line, which decodes to something else.
    return len(batch.frames) == 1 and isinstance(batch.frames[0], Oversize)


def _unpack(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the whole records at the beginning of `data`."""
    at = 0
    while at + _HEAD.size <= len(data):
        size, overlong = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if at + size > len(data):
            return
        yield data[at : at + size], overlong
        at += size
