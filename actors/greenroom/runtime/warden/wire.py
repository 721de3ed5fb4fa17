"""What a host and its warden say to each other: whole packets over Unix sockets.

One socket belongs to both for life; on it the warden says once whether it can do its work, and the
host gives orders. Each order carries five descriptors: a socket for that agent alone, a file in
memory with what to start, and the agent's three standard streams. On the agent's socket the warden
says that it is born or why not, and, once nothing of it is left, how it ended; the host says which
signals to send. A socket that is closed is a wish too: end this agent, or all of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "KILL",
    "KILL_ALL",
    "ORDER",
    "ORDER_DESCRIPTORS",
    "PACKET_BYTES",
    "Born",
    "Failed",
    "Order",
    "Over",
    "Ready",
    "Signal",
    "Unable",
    "parse",
]

PACKET_BYTES: Final = 4096
"""No packet is larger; what may be large travels in the file."""

ORDER: Final = b"order"
ORDER_DESCRIPTORS: Final = 5
"""Agent's socket, file with the order, stdin, stdout, stderr."""

KILL: Final = b"kill"
"""To an agent's socket: SIGKILL to it and all its descendants."""

KILL_ALL: Final = b"kill"
"""To the common socket: SIGKILL to all agents and all their descendants, then end."""


class Order(NamedTuple):
    """A process to start; the bytes are what the kernel will get.

    Attributes:
        argv: command line; the first item is the path of the executable.
        env: ``NAME=value``.
        cwd: directory it starts in.
        umask: as for `os.umask`.
        scratch: directory to remove when the agent has ended and the host is gone; may be empty.
    """

    argv: tuple[bytes, ...]
    env: tuple[bytes, ...]
    cwd: bytes
    umask: int
    scratch: bytes

    def encode(self) -> bytes:
        """Return it as bytes: no text the kernel takes contains a NUL."""
        head = (b"%d" % self.umask, self.cwd, self.scratch, b"%d" % len(self.argv))
        return b"\0".join((*head, *self.argv, *self.env))

    @classmethod
    def decode(cls, data: bytes) -> Order:
        """Return what `encode` made bytes of."""
        umask, cwd, scratch, count, *texts = data.split(b"\0")
        size = int(count)
        return cls(tuple(texts[:size]), tuple(texts[size:]), cwd, int(umask), scratch)


class Ready(NamedTuple):
    """The warden can do its work.

    Attributes:
        marks: the first of the marks it gives to agents; 0 if it cannot mark them.
        cgroup: directory of the control group that holds all agents; empty when there is none.
    """

    marks: int
    cgroup: str


class Unable(NamedTuple):
    """The warden cannot do its work here, and ends."""

    reason: str


class Born(NamedTuple):
    """The agent runs its program."""

    pid: int


class Failed(NamedTuple):
    """The agent could not be started.

    Attributes:
        step: "cwd" when its working directory could not be entered, else "start".
        errno: the system's error number.
    """

    step: str
    errno: int


class Over(NamedTuple):
    """The agent has ended and nothing of it is left.

    Attributes:
        status: its status word, as `os.waitpid` gives it.
        left: processes of it that could not be ended, such as those of another user.
    """

    status: int
    left: int


class Signal(NamedTuple):
    """The host wants a signal sent to the agent alone."""

    number: int

    def encode(self) -> bytes:
        """Return it as a packet."""
        return encode(self)


Packet = Ready | Unable | Born | Failed | Over | Signal

_KINDS: Final[dict[str, tuple[Callable[..., Packet], tuple[type[int | str], ...]]]] = {
    "ready": (Ready, (int, str)),
    "unable": (Unable, (str,)),
    "born": (Born, (int,)),
    "failed": (Failed, (str, int)),
    "over": (Over, (int, int)),
    "signal": (Signal, (int,)),
}


def encode(packet: Packet) -> bytes:
    """Return `packet` as bytes: its name and its fields, one a line."""
    fields = (str(field).replace("\n", " ") for field in packet)
    return os.fsencode("\n".join((type(packet).__name__.lower(), *fields)))[:PACKET_BYTES]


def parse(data: bytes) -> Packet:
    """Return what `encode` made bytes of."""
    name, *texts = os.fsdecode(data).split("\n")
    kind, types = _KINDS[name]
    return kind(*(of(text) for of, text in zip(types, texts, strict=True)))
