"""Starts processes through a warden."""

from __future__ import annotations

import errno
import os
import socket
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, final

from greenroom.runtime.process.containment import Containment
from greenroom.runtime.process.pipes import make_pipes
from greenroom.runtime.process.spawn_error import SpawnError, SpawnFault
from greenroom.runtime.process.warden_leader import WardenLeader
from greenroom.runtime.process.warden_link import WardenLink, acts_as
from greenroom.runtime.warden import wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["WardenLauncher"]

_START_SECONDS: Final = 60.0
"""What the system may take to read a program from its disk."""

_ENDING_SECONDS: Final = 0.25
"""In which a killed process closes all it has open; in no certain order."""


@final
class WardenLauncher:
    """A `Launcher` with a warden, which is started with the first process, or by `start`.

    A warden that was lost is replaced at the next start.

    Args:
        groups: whether control groups may be made, where that is possible.
    """

    def __init__(self, *, groups: bool = True) -> None:
        self._groups = groups
        self._link: WardenLink | None = None
        self._lock = threading.Lock()
        self._closed = False

    @property
    def containment(self) -> Containment:
        """See `Launcher`. Before the first start: what is certain."""
        link = self._link
        return Containment.WARDEN if link is None else link.containment

    @property
    def warden_pid(self) -> int | None:
        """Process id of the warden; None when none was started yet."""
        return None if self._link is None else self._link.pid

    def start(self) -> None:
        """See `Launcher`."""
        self._running()

    def launch(self, spec: SpawnSpec) -> WardenLeader:
        """See `Launcher`.

        Raises:
            WardenUnavailable: there is none to be had here.
        """
        try:
            link = self._running()
        except OSError as error:
            raise SpawnError.from_exception(error, spec) from None
        try:
            _require_same_user(link, spec)
            return _launch(link, spec)
        except ConnectionError:
            raise _broken_off(link, spec) from None
        except OSError as error:
            raise SpawnError.from_exception(error, spec) from None

    def close(self) -> None:
        """See `Launcher`."""
        with self._lock:
            self._closed = True
            if self._link is not None:
                self._link.close()

    def disown(self) -> None:
        """See `Launcher`."""
        if self._link is not None:
            self._link.disown()
        # A copy that starts something needs a warden of its own, and a lock that nobody holds.
        self._link, self._lock = None, threading.Lock()

    def _running(self) -> WardenLink:
        with self._lock:
            if self._closed:
                raise OSError("the system was closed")
            if self._link is not None and not self._link.lives:
                self._link.sweep()
                self._link.close()
                self._link = None
            if self._link is None:
                self._link = WardenLink(groups=self._groups)
            return self._link


def _require_same_user(link: WardenLink, spec: SpawnSpec) -> None:
    if not acts_as(link.owner):
        raise SpawnError(
            f"cannot start {spec.argv[0]!r}: the host changed its user or groups after the first "
            "process was started, and its warden did not; make the system after the change",
            executable=spec.argv[0],
        )


def _broken_off(link: WardenLink, spec: SpawnSpec) -> SpawnError:
    """Return why the warden let go of an order; what it may have started of it is ended."""
    if link.lives and not link.ends_within(_ENDING_SECONDS):
        # The kernel drops a descriptor that the warden has no room for.
        return SpawnError.from_exception(OSError(errno.EMFILE, os.strerror(errno.EMFILE)), spec)
    link.sweep()
    return SpawnError(
        f"cannot start {spec.argv[0]!r}: the warden ended meanwhile; try again",
        fault=SpawnFault.BUSY,
        executable=spec.argv[0],
    )


def _launch(link: WardenLink, spec: SpawnSpec) -> WardenLeader:
    with ExitStack() as ours, ExitStack() as theirs:
        pipes, ends = make_pipes(ours, theirs)
        control, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.callback(control.close)
        theirs.callback(its.close)
        link.order(_order(spec), its, ends)
        theirs.close()
        pid = _hear_birth(control, spec)
        ours.pop_all()
        return WardenLeader(pid, pipes, control, link)


def _hear_birth(control: socket.socket, spec: SpawnSpec) -> int:
    """Return the pid of the process that was ordered.

    Raises:
        ConnectionResetError: the warden was lost over it.
        OSError: it could not be started.
    """
    control.settimeout(_START_SECONDS)
    said = control.recv(wire.PACKET_BYTES)
    control.setblocking(False)
    if not said:
        raise ConnectionResetError
    packet = wire.parse(said)
    if isinstance(packet, wire.Born):
        return packet.pid
    if isinstance(packet, wire.Failed):
        place = spec.cwd if packet.step == "cwd" else spec.argv[0]
        raise OSError(packet.errno, os.strerror(packet.errno), place)
    raise AssertionError(packet)  # nothing else is said of a birth


def _order(spec: SpawnSpec) -> wire.Order:
    return wire.Order(
        argv=_encoded(spec.argv),
        env=_encoded(f"{name}={value}" for name, value in spec.env.items()),
        cwd=os.fsencode(spec.cwd),
        umask=spec.umask,
        scratch=os.fsencode(spec.scratch or ""),
    )


def _encoded(texts: Iterable[str]) -> tuple[bytes, ...]:
    """Return `texts`, none of which holds a NUL and not the only one is empty, as bytes."""
    joined = os.fsencode("\0".join(texts))  # many a time as fast as one by one
    return tuple(joined.split(b"\0")) if joined else ()
