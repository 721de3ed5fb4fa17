"""A host's line to its warden: the program, and the socket they share."""

from __future__ import annotations

import errno
import os
import select
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from greenroom.runtime.log import report_warning
from greenroom.runtime.process.broom import kill_marked
from greenroom.runtime.process.containment import Containment, WardenUnavailable
from greenroom.runtime.process.owner import Owner
from greenroom.runtime.warden import cgroups, wire
from greenroom.runtime.warden.marks import NO_MARKS, Marks

if TYPE_CHECKING:
    from greenroom.runtime.process.pipes import Pipes

assert sys.platform == "linux"  # tells type checkers where this module is used

__all__ = ["WardenLink", "acts_as"]

_PROGRAM: Final = Path(__file__).parents[1] / "warden" / "__main__.py"
_READY_SECONDS: Final = 10.0
_SEND_SECONDS: Final = 10.0
_END_SECONDS: Final = 1.5

_ENVIRONMENT: Final = ("GREENROOM_RUN",)
"""All the warden is given: which run it belongs to, for whoever looks at the machine."""


@final
class WardenLink:
    """A running warden, from the host's side. Thread-safe.

    Attributes:
        pid: the warden's.
        containment: what it can do here.
        owner: as whom this process acted when it started the warden.

    Args:
        groups: whether it may make control groups.

    Raises:
        WardenUnavailable: there is none to be had here.
        OSError: it cannot be started now.
    """

    def __init__(self, *, groups: bool) -> None:
        interpreter = _interpreter()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._swept = False
        self.owner = _identity()
        try:
            with theirs:
                self._process = _start(
                    interpreter, theirs.fileno(), Owner.me().prefix if groups else ""
                )
            self.pid = self._process.pid
            ready = self._wait_until_ready()
        except BaseException:
            self._socket.close()
            raise
        self._marks = Marks(ready.marks)
        self._group = ready.cgroup
        self.containment = _level(ready)

    @property
    def lives(self) -> bool:
        """Whether the warden still runs, and is not just ending."""
        with self._lock:
            return self._process.poll() is None and not self.ends_within(0)

    def ends_within(self, seconds: float) -> bool:
        """Whether the warden closes its end of the socket in this time, or we have closed ours."""
        if self._socket.fileno() < 0:
            return True
        poll = select.poll()  # any descriptor number will do, unlike with `select`
        poll.register(self._socket, select.POLLIN)  # it has nothing more to say
        return bool(poll.poll(seconds * 1000))

    def order(self, order: wire.Order, control: socket.socket, streams: Pipes) -> None:
        """Have `order` started; what becomes of it is said on the other end of `control`.

        Raises:
            OSError: it cannot be passed on.
        """
        paper = os.memfd_create("greenroom-order", os.MFD_CLOEXEC)
        try:
            data = order.encode()
            while data:
                data = data[os.write(paper, data) :]
            fds = (control.fileno(), paper, *streams)
            socket.send_fds(self._socket, [wire.ORDER], fds)
        finally:
            os.close(paper)

    def sweep(self) -> None:
        """Kill all that the warden watched over, after its end. Once; others wait for that."""
        with self._lock:
            if not self._swept:
                if self._group:
                    cgroups.end_group(self._group)
                left = kill_marked(self._marks)
                if self._group:
                    cgroups.Groups(self._group).close()
                if left:
                    report_warning(__name__, "processes_left", pid=self.pid, count=left)
                self._swept = True

    def close(self) -> None:
        """Have it kill what is left, and end it. Takes 2.5 s at most, unless a kernel hangs.

        What a warden that was killed, or stopped, did not see to is killed from here.
        """
        with suppress(OSError):
            self._socket.setblocking(False)
            self._socket.send(wire.KILL_ALL)
        self._end()
        self.sweep()

    def disown(self) -> None:
        """Close the socket in a forked copy of the host; the warden is not the copy's child."""
        self._socket.close()
        self._process.returncode = 0

    def _wait_until_ready(self) -> wire.Ready:
        self._socket.settimeout(_READY_SECONDS)
        try:
            said = self._socket.recv(wire.PACKET_BYTES)
        except TimeoutError:  # that says something of the moment, not of the system
            self._end()
            raise OSError(errno.EAGAIN, "the warden did not get ready in time") from None
        except OSError:
            said = b""
        self._socket.settimeout(_SEND_SECONDS)
        packet = wire.parse(said) if said else wire.Unable("it ended at once")
        if isinstance(packet, wire.Ready):
            return packet
        self._end()
        raise WardenUnavailable(f"no warden can run here: {packet[0]}")

    def _end(self) -> None:
        self._socket.close()
        with self._lock:
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _level(ready: wire.Ready) -> Containment:
    if ready.cgroup:
        return Containment.CGROUP
    # Without marks it cannot tell whose an orphan is, and ends it late.
    return Containment.SWEEP if ready.marks == NO_MARKS else Containment.WARDEN


def _start(interpreter: str, fd: int, groups: str) -> subprocess.Popen[bytes]:
    command = (interpreter, "-I", "-S", str(_PROGRAM), str(fd), str(os.getpid()), groups)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        cwd="/",
        pass_fds=(fd,),
        start_new_session=True,
    )


def _interpreter() -> str:
    """Return the path of the Python that runs this host.

    Raises:
        WardenUnavailable: the host is another program that merely embeds Python.
    """
    path = sys.executable
    if not path or getattr(sys, "frozen", False) or "python" not in Path(path).name.lower():
        raise WardenUnavailable(
            f"no warden can run here: the host is not started by a Python interpreter, "
            f"but by {path!r}"
        )
    return path


def _identity() -> tuple[Any, ...]:
    """Return as whom this process acts."""
    return os.getresuid(), os.getresgid(), sorted(os.getgroups())


def acts_as(owner: tuple[Any, ...]) -> bool:
    """Whether this process still acts as the user it was when it started a warden."""
    return _identity() == owner
