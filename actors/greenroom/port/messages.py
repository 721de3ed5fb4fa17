"""What is said to a port and what it says; see :mod:`greenroom.port.actor`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Launch
    from greenroom.runtime import ActorRef
    from greenroom.runtime.process import Containment, ExitStatus, StopLadder
    from greenroom.turn import Stream
    from greenroom_protocol import Batch

__all__ = [
    "Close",
    "CloseReason",
    "Hasten",
    "Pause",
    "Plug",
    "PortDown",
    "PortFrames",
    "PortUp",
    "Resume",
    "Write",
]


class CloseReason(StrEnum):
    """Why we ended a process, for the report of its end."""

    STDOUT_CLOSED = "stdout_closed"
    """It closed its stdout and lived on."""

    STDIN_CLOSED = "stdin_closed"
    """It closed its stdin and lived on, so that what it was told last is lost."""

    OWNER_GONE = "owner_gone"
    """The session that owned it ended without it."""

    INTERRUPT_UNCONFIRMED = "interrupt_unconfirmed"
    """It did not confirm an interrupt in time."""

    ENDLESS_LINE = "endless_line"
    """It wrote and wrote without ending a line, so that nothing it says can be understood."""

    STUCK = "stuck"
    """It did not get ready, or a turn of its own fell silent."""

    UNRESPONSIVE = "unresponsive"
    """It did not answer when it was asked whether it works."""

    MEMORY = "memory"
    """It used more memory than it may."""

    STOPPED = "stopped"
    """The session or the system was stopped."""

    KILLED = "killed"
    """The system was killed."""


class Write(NamedTuple):
    """Queue whole lines for the process's stdin; what is told before it is up is sent first."""

    data: bytes


class Pause(NamedTuple):
    """Stop reading stdout; the process blocks once its pipe is full."""


class Resume(NamedTuple):
    """Read stdout again."""


class Hasten(NamedTuple):
    """Be on every rung at least as quick as `ladder`, whether the process is being ended or not."""

    ladder: StopLadder


class Close(NamedTuple):
    """End the process. Of several, the first says why, and each can only make it quicker.

    Attributes:
        busy: a turn runs, so closing stdin would not end it: start with SIGTERM.
        reason: why, if that is not evident to the owner.
    """

    busy: bool
    reason: CloseReason | None = None


class Plug(NamedTuple):
    """Put plain frames straight into a stream, and tell nobody, until others come.

    The port unplugs it before it tells its owner of frames that are not plain, so that no frame
    overtakes another.

    Attributes:
        stream: where they go.
        request: who hears `Strained` when the stream is to get no more for now.
        heard: how many `PortFrames` the owner had handled. If more are on their way, these frames
            come first, and nothing is plugged.
    """

    stream: Stream
    request: ActorRef[Any]
    heard: int


class PortUp(NamedTuple):
    """The process runs.

    Attributes:
        launch: what was started.
        pid: its process id.
        stderr: tells the tail of its standard error so far, printable.
        last_lines: tells the heads of the last lines it wrote.
        containment: how much of what it starts ends with it.
    """

    launch: Launch
    pid: int
    stderr: Callable[[], str]
    last_lines: Callable[[], tuple[str, ...]]
    containment: Containment


class PortFrames(NamedTuple):
    """Frames the process wrote.

    Attributes:
        batch: the frames.
        plain: none of them needs to be understood.
    """

    batch: Batch
    plain: bool


class PortDown(msgspec.Struct, frozen=True, kw_only=True):
    """The process is gone and nothing of it remains.

    Attributes:
        status: how it ended; None when it never started.
        error: why it could not be started or served, if so; goes before `status`.
        launch: what was started, if anything.
        pid: its process id, when it had one.
        stderr: the tail of its standard error, printable.
        bytes_lost: size of an unfinished last line.
        last_lines: heads of the last lines it wrote.
        closed_because: why we ended it; None when it ended by itself before that, or when no reason
            was given.
    """

    status: ExitStatus | None = None
    error: BaseException | None = None
    launch: Launch | None = None
    pid: int | None = None
    stderr: str = ""
    bytes_lost: int = 0
    last_lines: tuple[str, ...] = ()
    closed_because: CloseReason | None = None
