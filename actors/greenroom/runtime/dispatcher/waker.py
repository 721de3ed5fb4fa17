"""Interrupt a thread that waits for file descriptors."""

from __future__ import annotations

import socket

__all__ = ["Waker"]


class Waker:
    """A pair of sockets: a byte into one end makes the other end readable.

    Attributes:
        send: wakes, called with a byte. A C function, so that no KeyboardInterrupt
            can strike between the caller's last instruction and the wake-up.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self.send = self._writer.send

    def fileno(self) -> int:
        """Return the descriptor to watch for reading."""
        return self._reader.fileno()

    def clear(self) -> None:
        """Forget the wake-ups so far."""
        try:
            while len(self._reader.recv(4096)) == 4096:  # noqa: PLR2004 - the buffer, full
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Close both ends. A wake-up afterwards raises OSError."""
        self._reader.close()
        self._writer.close()
