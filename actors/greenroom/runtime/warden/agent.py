"""One agent, as the warden knows it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, final

from greenroom.runtime.warden.kinship import started_at
from greenroom.runtime.warden.wire import PACKET_BYTES, encode

if TYPE_CHECKING:
    import socket

    from greenroom.runtime.warden.wire import Packet

__all__ = ["Agent"]


@final
class Agent:
    """An agent from the order to start it until nothing of it is left.

    Attributes:
        serial: the number its processes are marked with.
        pid: its own process.
        scratch: directory to remove if the host does not live to do it.
        status: its status word, once it is reaped.
        deadline: when to stop waiting for its descendants to end, once it is reaped.
        kill_at: when to kill it, once the host has closed its socket.
    """

    def __init__(self, serial: int, pid: int, scratch: bytes, control: socket.socket) -> None:
        self.serial = serial
        self.pid = pid
        self.scratch = scratch
        self.status: int | None = None
        self.deadline = 0.0
        self.kill_at = 0.0
        self._control = control

    def fileno(self) -> int:
        """Return the descriptor of the socket that is about this agent alone."""
        return self._control.fileno()

    def close(self) -> None:
        """Close that socket."""
        self._control.close()

    def hear(self) -> bytes | None:
        """Return what the host says; empty once it closed its end, None when it says nothing."""
        try:
            return self._control.recv(PACKET_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    @property
    def born(self) -> int:
        """When its process was started, in clock ticks since boot. Of one that lives."""
        return started_at(self.pid) or 0

    @property
    def lives(self) -> bool:
        """Whether its own process is not reaped yet, so that its pid is nobody else's."""
        return self.status is None

    def say(self, packet: Packet) -> None:
        """Tell the host; a host that does not listen any more will find out by itself."""
        try:
            self._control.send(encode(packet))
        except OSError:
            pass

    def signal(self, number: int) -> None:
        """Send a signal to its own process alone."""
        if self.lives:
            try:
                os.kill(self.pid, number)
            except (OSError, ValueError):  # of another user by now, or no such signal
                pass
