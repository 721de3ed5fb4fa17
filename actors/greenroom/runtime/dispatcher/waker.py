"""Interrupt a thread that waits for file descriptors."""

from __future__ import annotations

import os
import select
import sys
from functools import partial
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Waker"]

_ONE: Final = (1).to_bytes(8, sys.byteorder)
_MANY: Final = 4096  # wake-ups forgotten with one call


@final
class Waker:
    """A descriptor that can be read from a wake-up on until it is cleared.

    Attributes:
        wake: called without arguments, from any thread. A C function, so that no KeyboardInterrupt
            can strike between the caller's last instruction and the wake-up. Raises ValueError once
            it is closed, and OSError if it is closed at that very moment.
    """

    def __init__(self) -> None:
        reader, writer = _channel()
        # Files, not bare numbers: a number may be another's once it is closed.
        self._reader = open(reader, "rb", buffering=0)  # noqa: PTH123, SIM115 - see above
        self._writer = open(writer, "wb", buffering=0)  # noqa: PTH123, SIM115 - see above
        self._poll = select.poll()
        self._poll.register(reader, select.POLLIN)
        self.wake: Callable[[], object] = partial(self._writer.write, _ONE)

    def fileno(self) -> int:
        """Return the descriptor to watch for reading."""
        return self._reader.fileno()

    def wait(self, milliseconds: int) -> bool:
        """Wait for a wake-up and nothing else; return whether there was one."""
        return bool(self._poll.poll(milliseconds))

    def clear(self) -> None:
        """Forget the wake-ups so far, or many of them; the rest is told again."""
        self._reader.read(_MANY)

    def close(self) -> None:
        """Let go of the descriptors."""
        self._reader.close()
        self._writer.close()


if sys.platform == "linux":

    def _channel() -> tuple[int, int]:
        reader = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        return reader, os.dup(reader)

else:

    def _channel() -> tuple[int, int]:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        return reader, writer
