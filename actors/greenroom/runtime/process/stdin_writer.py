"""Writes to a process that may read slowly, late or never."""

from __future__ import annotations

import os
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final, final

from greenroom.runtime.process.errors import ProcessError
from greenroom.runtime.process.sigpipe import sigpipe_held
from greenroom.runtime.process.unheard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher

__all__ = ["OutQueueFull", "StdinWriter"]

_MAX_WEIGHT: Final = 8 * 1024 * 1024
_MESSAGE_BYTES: Final = 256
"""What a message weighs beside its bytes: about what it takes. Their number alone says nothing: one
read of a process may bring a thousand questions, and each has its answer before one is written."""

_BUFFERS_PER_WRITE: Final = 1024
"""What the kernel takes at most."""


class OutQueueFull(ProcessError):
    """The process does not read its stdin, or too slowly, and enough waits. Nothing was taken.

    Attributes:
        messages: how many messages wait.
        waiting_bytes: how many bytes wait.
    """

    def __init__(self, message: str, *, messages: int = 0, waiting_bytes: int = 0) -> None:
        super().__init__(message)
        self.messages = messages
        self.waiting_bytes = waiting_bytes


@final
class StdinWriter:
    """A bounded queue of messages in front of a pipe.

    Order is kept, a message is taken whole or refused, and no call blocks. Messages may be queued
    before the pipe is open. The bound counts what waits behind the message being written, so that a
    single one may be of any size: refusing it would refuse it for ever. When the reader has closed
    its end, writing stops without an error: the exit of the process tells why, if it comes. Used on
    the dispatcher's thread alone.

    Args:
        dispatcher: tells when the pipe takes more.
        on_broken: called once, later, when something could not be written because the reader has
            closed its end.
        max_weight: what may wait behind the message being written; a message weighs its bytes and
            256 more.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        on_broken: Callable[[], None],
        *,
        max_weight: int = _MAX_WEIGHT,
    ) -> None:
        self._dispatcher = dispatcher
        self._on_broken = on_broken
        self._max_weight = max_weight
        self._queue: deque[memoryview] = deque()
        self._queued_bytes = 0
        self._fd: int | None = None
        self._watched = False
        self._closing = False
        self._closed = False

    @property
    def takes(self) -> bool:
        """Whether a message can still reach the process."""
        return not (self._closing or self._closed)

    def open(self, fd: int) -> None:
        """Own `fd`, the non-blocking end of the pipe, and write what is queued."""
        self._fd = fd
        if self._closed:
            self.disown()
        else:
            self._flush()

    def write(self, data: bytes) -> bool:
        """Take `data` to be written; return False when it cannot reach the process any more.

        Raises:
            OutQueueFull: 8 MiB wait behind the one being written; see `max_weight`.
        """
        if not self.takes:
            return False
        if self._queue:
            self._check_room(len(data))
        if data:
            self._queue.append(memoryview(data))
            self._queued_bytes += len(data)
        if not self._watched:
            self._flush()
        return True

    def close(self) -> None:
        """Close the pipe once all that was taken is written."""
        self._closing = True
        if not self._queue:
            self.abort()

    def abort(self) -> None:
        """Drop what is queued and close the pipe now."""
        self._closed = True
        self._queue.clear()
        self._queued_bytes = 0
        self._unwatch()
        self.disown()

    def disown(self) -> None:
        """Close the pipe without a word to the dispatcher, as a forked copy of the host must."""
        self._closed = True
        self._on_broken = unheard
        fd, self._fd = self._fd, None  # first forgotten, then closed: the number may be reused
        if fd is not None:
            os.close(fd)

    def _check_room(self, size: int) -> None:
        others = len(self._queue) - 1
        behind = self._queued_bytes - len(self._queue[0]) + _MESSAGE_BYTES * others
        if others and behind + size + _MESSAGE_BYTES > self._max_weight:
            raise OutQueueFull(
                f"the process reads too little of what it is told: {len(self._queue)} messages of "
                f"{self._queued_bytes} bytes wait for its stdin and {size} bytes more do not fit",
                messages=len(self._queue),
                waiting_bytes=self._queued_bytes,
            )

    def _flush(self) -> None:
        if self._fd is None:
            return
        if self._queue:
            self._write_some(self._fd)
        if not self._queue:
            self._unwatch()
            if self._closing:
                self.abort()
        elif not self._watched:
            self._dispatcher.add_writer(self._fd, self._flush)
            self._watched = True

    def _write_some(self, fd: int) -> None:
        # One write, not until it would block: a fast reader must not hold up the dispatcher.
        buffers = list(islice(self._queue, _BUFFERS_PER_WRITE))
        try:
            with sigpipe_held():
                written = os.writev(fd, buffers)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # EPIPE: nobody reads any more
            on_broken = self._on_broken
            self.abort()
            self._dispatcher.call_soon(on_broken)
            return
        self._queued_bytes -= written
        while self._queue and written >= len(self._queue[0]):
            written -= len(self._queue.popleft())
        if written:
            self._queue[0] = self._queue[0][written:]

    def _unwatch(self) -> None:
        if self._watched and self._fd is not None:
            self._dispatcher.remove_writer(self._fd)
        self._watched = False
