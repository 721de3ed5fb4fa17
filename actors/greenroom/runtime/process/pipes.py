"""The three pipes between a host and a process."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, suppress
from typing import Final, NamedTuple

__all__ = ["Pipes", "make_pipes"]

_STDOUT_PIPE_BYTES: Final = 256 * 1024
"""One read's worth. The kernel lends an ordinary user 64 MiB for all pipes together and then makes
every further one, of any program, 8 KiB small: 1 MiB each would be gone after 64 children."""


_RESERVE: Final = 16
"""Descriptors that are left to the host: it must be able to open a log while agents are many."""


class Pipes(NamedTuple):
    """One side's ends of a process's standard streams. Not inheritable; ours do not block."""

    stdin: int
    stdout: int
    stderr: int


def make_pipes(ours: ExitStack, theirs: ExitStack) -> tuple[Pipes, Pipes]:
    """Return our ends and the process's ends of three new pipes, each closed by its stack.

    Raises:
        OSError: there are no descriptors to be had, or hardly any.
    """

    def make(*, we_write: bool) -> tuple[int, int]:
        reading, writing = os.pipe()
        mine, its = (writing, reading) if we_write else (reading, writing)
        ours.callback(os.close, mine)
        theirs.callback(os.close, its)
        os.set_blocking(mine, False)  # the other end stays blocking: the flag is the end's own
        return mine, its

    stdin, child_stdin = make(we_write=True)
    stdout, child_stdout = make(we_write=False)
    stderr, child_stderr = make(we_write=False)
    _leave_some(stderr)
    _enlarge(stdout)
    return Pipes(stdin, stdout, stderr), Pipes(child_stdin, child_stdout, child_stderr)


def _leave_some(newest: int) -> None:
    """Refuse the last descriptors: a new one gets the lowest number that is free."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - the package can be imported where this module is missing

        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit != resource.RLIM_INFINITY and newest >= limit - min(_RESERVE, limit // 4):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def _enlarge(fd: int) -> None:
    with suppress(ImportError, AttributeError, OSError):  # not on Linux, or the user's share is up
        import fcntl  # noqa: PLC0415 - the package can be imported where this module is missing

        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _STDOUT_PIPE_BYTES)
