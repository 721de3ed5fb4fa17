"""Why a process could not be started."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.runtime.process.errors import ProcessError, shown

if TYPE_CHECKING:
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["CommandSize", "SpawnError", "SpawnFault"]


class SpawnFault(StrEnum):
    """What stood in the way of a start."""

    NOT_FOUND = "not_found"
    NOT_EXECUTABLE = "not_executable"
    BAD_CWD = "bad_cwd"
    TOO_LONG = "too_long"
    NO_RESOURCES = "no_resources"
    BUSY = "busy"
    ABORTED = "aborted"
    OTHER = "other"


class CommandSize(NamedTuple):
    """How many bytes a start asks the kernel to carry, terminators included.

    Linux bounds each single text at 128 KiB and all of them at a quarter of the stack limit
    (2 MiB by default).

    Attributes:
        argv: all arguments together.
        env: the whole environment.
        largest: the longest single argument or ``NAME=value``.
    """

    argv: int
    env: int
    largest: int

    @classmethod
    def of(cls, spec: SpawnSpec) -> CommandSize:
        """Measure what `spec` asks for."""
        argv = [len(os.fsencode(argument)) + 1 for argument in spec.argv]
        env = [len(os.fsencode(f"{name}={value}")) + 1 for name, value in spec.env.items()]
        return cls(argv=sum(argv), env=sum(env), largest=max(argv + env))


class SpawnError(ProcessError):
    """A process could not be started; nothing of the attempt is left behind.

    Attributes:
        fault: what stood in the way.
        executable: absolute path of what should have run.
        errno: the system's own error number, if it gave one.
        retryable: whether the same start may succeed later.
        size: how long the command was, for `SpawnFault.TOO_LONG`.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: SpawnFault = SpawnFault.OTHER,
        executable: str = "",
        errno: int | None = None,
        size: CommandSize | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.executable = executable
        self.errno = errno
        self.size = size

    @property
    def retryable(self) -> bool:
        """Whether the same start may succeed later."""
        return self.fault in _RETRYABLE

    @classmethod
    def aborted(cls, spec: SpawnSpec) -> SpawnError:
        """Return the error of a start that was called off before anything ran."""
        return cls(
            f"{spec.argv[0]!r} was stopped before it had started",
            fault=SpawnFault.ABORTED,
            executable=spec.argv[0],
        )

    @classmethod
    def from_exception(cls, error: BaseException, spec: SpawnSpec) -> SpawnError:
        """Return what `error`, raised by an attempt to start `spec`, means."""
        number = error.errno if isinstance(error, OSError) else None
        fault = _fault(error, number, spec)
        size = CommandSize.of(spec) if fault is SpawnFault.TOO_LONG else None
        executable = spec.argv[0]
        hint = _HINT[fault].format(cwd=shown(spec.cwd), size=size)
        cause = os.strerror(number) if number is not None else type(error).__name__
        return cls(
            f"cannot start {executable!r}: {hint} ({cause})",
            fault=fault,
            executable=executable,
            errno=number,
            size=size,
        )


_RETRYABLE: Final = frozenset({SpawnFault.NO_RESOURCES, SpawnFault.BUSY})

_FAULT: Final = {
    errno.ENOENT: SpawnFault.NOT_FOUND,
    errno.ENOTDIR: SpawnFault.NOT_FOUND,
    errno.ELOOP: SpawnFault.NOT_FOUND,
    errno.ENAMETOOLONG: SpawnFault.NOT_FOUND,
    errno.EACCES: SpawnFault.NOT_EXECUTABLE,
    errno.EPERM: SpawnFault.NOT_EXECUTABLE,
    errno.ENOEXEC: SpawnFault.NOT_EXECUTABLE,
    errno.E2BIG: SpawnFault.TOO_LONG,
    errno.EMFILE: SpawnFault.NO_RESOURCES,
    errno.ENFILE: SpawnFault.NO_RESOURCES,
    errno.EAGAIN: SpawnFault.NO_RESOURCES,
    errno.ENOMEM: SpawnFault.NO_RESOURCES,
    errno.ENOSPC: SpawnFault.NO_RESOURCES,
    errno.ENOBUFS: SpawnFault.NO_RESOURCES,
    errno.ETOOMANYREFS: SpawnFault.NO_RESOURCES,  # descriptors on their way to the warden
    errno.ETXTBSY: SpawnFault.BUSY,
}

_HINT: Final = {
    SpawnFault.NOT_FOUND: "there is no such file, or the interpreter its first line names is "
    "missing; install it or correct the path",
    SpawnFault.NOT_EXECUTABLE: "it is not a program that may be run here; check its permissions "
    "and that it was built for this machine",
    SpawnFault.BAD_CWD: "its working directory {cwd} is missing or may not be entered",
    SpawnFault.TOO_LONG: "its command line and environment are too long: {size}; pass large values "
    "by file or over stdin",
    SpawnFault.NO_RESOURCES: "the system is out of processes, memory or file descriptors; stop "
    "some sessions or raise the limit, then try again",
    SpawnFault.BUSY: "its file is being written, as during an update; try again",
    SpawnFault.OTHER: "the start failed in an unforeseen way",
}


def _fault(error: BaseException, number: int | None, spec: SpawnSpec) -> SpawnFault:
    if number is None:
        return SpawnFault.OTHER
    fault = _FAULT.get(number, SpawnFault.OTHER)
    named = getattr(error, "filename", None)
    # `subprocess` names the directory when the child could not enter it, else the executable.
    if named == spec.cwd and spec.cwd != spec.argv[0] and fault in _OF_A_PATH:
        return SpawnFault.BAD_CWD
    return fault


_OF_A_PATH: Final = frozenset({SpawnFault.NOT_FOUND, SpawnFault.NOT_EXECUTABLE})
