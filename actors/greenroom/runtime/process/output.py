"""Both output streams of a process, from its start to the last byte worth reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from greenroom.runtime.process.pipe_reader import READ_BYTES, PipeReader
from greenroom.runtime.process.stderr_ring import StderrRing
from greenroom.runtime.process.unheard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher

__all__ = ["Output"]

_LAST_WORDS_BYTES: Final = 1024 * 1024
"""What is read from each stream after the exit. No pipe of an ordinary user is larger, so all that
the process itself wrote is within; a survivor that floods the pipe is cut off."""


@final
class Output:
    """Reads stdout for the owner, who may pause it, and stderr into a ring, always.

    Used on the dispatcher's thread alone; the ring may be read from anywhere.

    Args:
        dispatcher: tells when there is something to read.
        buffer: see `PipeReader`.
        on_stdout: called with what was read.
        on_stdout_end: called when the end of stdout was read.
        on_all_ended: called once, when no stream is open any more; before `on_stdout_end` when that
            was the last.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        buffer: bytearray,
        *,
        on_stdout: Callable[[bytes], None],
        on_stdout_end: Callable[[], None],
        on_all_ended: Callable[[], None],
    ) -> None:
        self.stderr = StderrRing()
        self._dispatcher = dispatcher
        self._on_stdout = on_stdout
        self._on_stdout_end = on_stdout_end
        self._on_all_ended = on_all_ended
        self._out = PipeReader(dispatcher, buffer, self._take, self._out_ended)
        self._err = PipeReader(dispatcher, buffer, self.stderr.feed, self._look_for_end)
        self._may_pause = True
        self._left: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether either stream may have more to read."""
        return self._out.is_open or self._err.is_open

    def open(self, stdout: int, stderr: int) -> None:
        """Own both pipes and read them."""
        try:
            self._out.open(stdout)
        finally:
            self._err.open(stderr)

    def pause(self) -> None:
        """Leave stdout alone until `resume`, unless the pause was lifted for good."""
        if self._may_pause:
            self._out.pause()

    def resume(self) -> None:
        """Read stdout again."""
        self._out.resume()

    def lift_pause(self) -> None:
        """Read stdout from now on, whatever the owner asks.

        A process that is to end must get rid of its last output, or it cannot end by itself.
        """
        self._may_pause = False
        self._out.resume()

    def drain(self, then: Callable[[], None]) -> None:
        """Read all that is there, call `then`, and go on reading what survivors write.

        For a process that has exited: what it wrote is in the pipes, entirely. It is read in
        turns with the dispatcher's other work.
        """
        self._may_pause = False
        self._left = _LAST_WORDS_BYTES
        self._drain_err()
        self._out.pause()
        self._drain_out(then)

    def close(self) -> None:
        """Close both pipes, and tell nobody anything any more."""
        self._out.close()
        self._err.close()
        self._on_stdout = self._on_stdout_end = self._on_all_ended = unheard

    def disown(self) -> None:
        """Close both pipes in a forked copy of the host."""
        self._out.disown()
        self._err.disown()

    def _drain_err(self) -> None:
        for _ in range(_LAST_WORDS_BYTES // READ_BYTES):
            data = self._err.read() if self._err.is_open else None
            if not data:
                return
            self.stderr.feed(data)

    def _drain_out(self, then: Callable[[], None]) -> None:
        # The owner is always called last: it may raise.
        data = self._out.read() if self._out.is_open else None
        if data:
            self._dispatcher.call_soon(self._drain_out, then)
            self._take(data)
        elif data is None:
            self._out.resume()
            then()
        else:
            self._dispatcher.call_soon(then)
            self._on_stdout_end()

    def _take(self, data: bytes) -> None:
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                self._out.close()
                self._look_for_end()
        self._on_stdout(data)

    def _out_ended(self) -> None:
        self._look_for_end()
        self._on_stdout_end()

    def _look_for_end(self) -> None:
        if not self.is_open:
            self._on_all_ended()
