"""Reads one pipe as the dispatcher says it is readable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, final

from greenroom.runtime.process.unheard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher

__all__ = ["READ_BYTES", "PipeReader"]

READ_BYTES: Final = 256 * 1024
"""The most that is read per wake-up, so that one flooding child leaves room for its siblings."""

_FULL_PIPE_BYTES: Final = 64 * 1024
"""What an ordinary pipe holds. Who has filled it is likely to have filled it again by the time this
much is decoded, and to look at once saves a round of the dispatcher."""


@final
class PipeReader:
    """Owns the reading end of a pipe: at most 256 KiB per wake-up, and pauses on request.

    While paused nothing is read, so the kernel's pipe fills and the writer blocks. Used on the
    dispatcher's thread alone.

    Args:
        dispatcher: tells when the pipe is readable.
        buffer: where reads land first, `READ_BYTES` large; all readers of a dispatcher share it.
            Reading into it costs a quarter of what `os.read` costs, which allocates 256 KiB to
            return 64.
        on_data: called with what was read, never empty.
        on_end: called once, after the pipe is closed because its writers are gone.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        buffer: bytearray,
        on_data: Callable[[bytes], None],
        on_end: Callable[[], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._buffers = (buffer,)
        self._view = memoryview(buffer)
        self._on_data = on_data
        self._on_end = on_end
        self._fd: int | None = None
        self._paused = False
        self._watched = False

    @property
    def is_open(self) -> bool:
        """Whether there may be more to read."""
        return self._fd is not None

    def open(self, fd: int) -> None:
        """Own `fd`, which is non-blocking, and read it unless paused."""
        self._fd = fd
        self._watch()

    def pause(self) -> None:
        """Read no more until `resume`."""
        self._paused = True
        self._unwatch()

    def resume(self) -> None:
        """Read again."""
        self._paused = False
        self._watch()

    def read(self) -> bytes | None:
        """Return what is there, at most 256 KiB; ``b""`` at the end; None when nothing is there.

        For the owner of a *paused* reader. At the end the pipe is closed, and `on_end` not called.
        """
        assert self._fd is not None  # callers ask `is_open` first
        try:
            count = os.readv(self._fd, self._buffers)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:  # EIO and its kin: there is no more to be had
            count = 0
        if not count:
            self.close()
        return bytes(self._view[:count])

    def close(self) -> None:
        """Close the pipe; what is in it is lost. `on_end` is not called."""
        self._unwatch()
        self.disown()

    def disown(self) -> None:
        """Close the pipe without a word to the dispatcher, as a forked copy of the host must."""
        fd, self._fd = self._fd, None  # first forgotten, then closed: the number may be reused
        self._on_data = self._on_end = unheard
        if fd is not None:
            os.close(fd)

    def _readable(self) -> None:
        left, on_end = READ_BYTES, self._on_end
        while left > 0 and self._watched:
            data = self.read()
            if data:
                self._on_data(data)
            elif data is not None:
                on_end()
            if not data or len(data) < _FULL_PIPE_BYTES:
                return
            left -= len(data)
        self._dispatcher.look_again()

    def _watch(self) -> None:
        if self._fd is not None and not self._watched and not self._paused:
            self._dispatcher.add_reader(self._fd, self._readable)
            self._watched = True

    def _unwatch(self) -> None:
        if self._fd is not None and self._watched:
            self._dispatcher.remove_reader(self._fd)
        self._watched = False
