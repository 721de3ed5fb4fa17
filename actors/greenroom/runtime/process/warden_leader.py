"""A process that the warden started for us, and which the warden alone can signal and reap."""

from __future__ import annotations

import os
import select
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, final

from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.log import report_warning
from greenroom.runtime.process.containment import WardenLost
from greenroom.runtime.process.exit_status import ExitStatus
from greenroom.runtime.process_mark import ProcessMark
from greenroom.runtime.warden import wire

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.errors import ProcessError
    from greenroom.runtime.process.pipes import Pipes
    from greenroom.runtime.process.warden_link import WardenLink

__all__ = ["WardenLeader"]


@final
class WardenLeader:
    """A `Leader` through the warden: its end is told once nothing is left of all it started.

    Args:
        pid: the process.
        pipes: our ends of its standard streams.
        control: the socket that is about this process alone.
        link: the warden.
    """

    def __init__(self, pid: int, pipes: Pipes, control: socket.socket, link: WardenLink) -> None:
        self.pid = pid
        self.pipes = pipes
        self.containment = link.containment
        self.fault: ProcessError | None = None
        self._control = control
        self._link = link
        self._status: ExitStatus | None = None
        self._lock = threading.Lock()
        self._mark = ProcessMark()
        self._dispatcher: Dispatcher | None = None

    def watch(self, dispatcher: Dispatcher, on_end: Callable[[], None]) -> None:
        """See `Leader`."""

        def readable() -> None:
            if not self.has_ended():
                return
            self._unwatch()
            if self.fault is None:
                on_end()
                return
            try:
                dispatcher.run_in_worker(self._link.sweep, then=lambda *_: on_end())
            except DispatcherClosed:
                on_end()

        dispatcher.add_reader(self._control.fileno(), readable)
        self._dispatcher = dispatcher

    def has_ended(self) -> bool:
        """See `Leader`."""
        if not self._mark.is_here:
            return True
        with self._lock:
            if self._status is None:
                self._look()
            return self._status is not None

    def signal(self, number: int) -> bool:
        """See `Leader`."""
        return not self.has_ended() and self._say(wire.Signal(number).encode())

    def kill_tree(self) -> None:
        """See `Leader`."""
        if not self.has_ended():
            self._say(wire.KILL)

    def reap(self) -> ExitStatus:
        """See `Leader`."""
        while not self.has_ended():
            self.kill_tree()
            poll = select.poll()  # any descriptor number will do, unlike with `select`
            poll.register(self._control, select.POLLIN)
            poll.poll()
        return ExitStatus() if self._status is None else self._status

    def release(self) -> None:
        """See `Leader`."""
        self._unwatch()
        self._control.close()

    def disown(self) -> None:
        """See `Leader`."""
        self._control.close()

    def destroy(self) -> None:
        """See `Leader`."""
        self.reap()
        self.release()
        for fd in self.pipes:
            os.close(fd)

    def _look(self) -> None:
        try:
            said = self._hear()
        except BlockingIOError:
            return
        except OSError:
            said = b""
        end = wire.parse(said) if said else None
        if isinstance(end, wire.Over):
            self._status = ExitStatus.from_wait_status(end.status)
            if end.left:
                report_warning(__name__, "processes_left", pid=self.pid, count=end.left)
        else:
            self._status = ExitStatus()
            self.fault = WardenLost(
                f"the warden, process {self._link.pid}, ended before its host, so process "
                f"{self.pid} was killed; the next start brings another warden"
            )

    def _hear(self) -> bytes:
        try:
            return self._control.recv(wire.PACKET_BYTES)
        except ConnectionResetError:  # it closed its end before it had read all we said;
            return self._control.recv(wire.PACKET_BYTES)  # what it said is still there

    def _say(self, packet: bytes) -> bool:
        with suppress(OSError):
            return self._control.send(packet) > 0
        return False

    def _unwatch(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.remove_reader(self._control.fileno())
            self._dispatcher = None
