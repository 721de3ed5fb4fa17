"""Starts one process. Blocking, hence for a worker thread."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

from greenroom.runtime.process.direct_leader import DirectLeader
from greenroom.runtime.process.leader import Pipes
from greenroom.runtime.process.spawn_error import SpawnError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.process.exit_watch import ExitWatch
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["launch"]

_STDOUT_PIPE_BYTES: Final = 256 * 1024
"""One read's worth. The kernel lends an ordinary user 64 MiB for all pipes together and then makes
every further one, of any program, 8 KiB small: 1 MiB each would be gone after 64 children."""


def launch(spec: SpawnSpec, watch_of: Callable[[int], ExitWatch]) -> DirectLeader:
    """Start `spec` in a session of its own and return it; it runs the program by then.

    The child gets three pipes, its environment, its working directory, its umask, and the default
    action for the signals that Python ignores; no other descriptor and nothing else of the host.

    Args:
        spec: what to start.
        watch_of: makes the watch for a pid.

    Raises:
        SpawnError: it could not be started, and nothing is left of the attempt.
    """
    try:
        with ExitStack() as ours, ExitStack() as theirs:
            pipes, ends = _make_pipes(ours, theirs)
            pid = _start(spec, ends)
            leader = DirectLeader(pid, pipes, _watch(pid, watch_of))
            ours.pop_all()
            return leader
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # Not chained: what `subprocess` raises carries the command line in its attributes.
        raise SpawnError.from_exception(error, spec) from None


def _make_pipes(ours: ExitStack, theirs: ExitStack) -> tuple[Pipes, Pipes]:
    """Return our ends and the child's ends of three new pipes, each closed by its stack."""

    def make(*, we_write: bool) -> tuple[int, int]:
        reading, writing = os.pipe()
        mine, its = (writing, reading) if we_write else (reading, writing)
        ours.callback(os.close, mine)
        theirs.callback(os.close, its)
        os.set_blocking(mine, False)  # the child's end stays blocking: the flag is the end's own
        return mine, its

    stdin, child_stdin = make(we_write=True)
    stdout, child_stdout = make(we_write=False)
    stderr, child_stderr = make(we_write=False)
    _enlarge(stdout)
    return Pipes(stdin, stdout, stderr), Pipes(child_stdin, child_stdout, child_stderr)


def _enlarge(fd: int) -> None:
    with suppress(ImportError, AttributeError, OSError):  # not on Linux, or the user's share is up
        import fcntl  # noqa: PLC0415 - the package can be imported where this module is missing

        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _STDOUT_PIPE_BYTES)


def _start(spec: SpawnSpec, ends: Pipes) -> int:
    popen = subprocess.Popen(  # noqa: S603 - the executable is an absolute path, and no shell reads argv
        spec.argv,
        stdin=ends.stdin,
        stdout=ends.stdout,
        stderr=ends.stderr,
        env=spec.env,
        cwd=spec.cwd,
        umask=spec.umask,
        start_new_session=True,
        restore_signals=True,
        close_fds=True,
    )
    # The watch alone may reap. A Popen that knows of no exit code would try to, when it is
    # collected and again on every later Popen.
    popen.returncode = 0
    return popen.pid


def _watch(pid: int, watch_of: Callable[[int], ExitWatch]) -> ExitWatch:
    try:
        return watch_of(pid)
    except OSError:  # out of descriptors: a process that cannot be watched must not live
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
