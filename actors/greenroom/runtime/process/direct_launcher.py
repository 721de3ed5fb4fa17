"""Starts processes as children of this very process."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, final

from greenroom.runtime.process.containment import Containment
from greenroom.runtime.process.direct_leader import DirectLeader
from greenroom.runtime.process.exit_watch import choose_exit_watch
from greenroom.runtime.process.pipes import Pipes, make_pipes
from greenroom.runtime.process.spawn_error import SpawnError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.process.broom import Brooms
    from greenroom.runtime.process.exit_watch import ExitWatch
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["DirectLauncher"]


@final
class DirectLauncher:
    """A `Launcher` whose processes lead a session and a process group of their own.

    Each gets three pipes, its environment, its working directory, its umask, and the default action
    for the signals that Python ignores; no other descriptor and nothing else of the host.

    Args:
        watch_of: makes the exit watch for a pid; by default the best that the system offers.
        brooms: find what left the group; None to leave that alone.
    """

    def __init__(
        self,
        *,
        watch_of: Callable[[int], ExitWatch] | None = None,
        brooms: Brooms | None = None,
    ) -> None:
        self._watch_of = watch_of or choose_exit_watch()
        self._brooms = brooms

    @property
    def containment(self) -> Containment:
        """See `Launcher`."""
        return Containment.GROUP if self._brooms is None else Containment.SWEEP

    def start(self) -> None:
        """See `Launcher`."""

    def launch(self, spec: SpawnSpec) -> DirectLeader:
        """See `Launcher`."""
        try:
            with ExitStack() as ours, ExitStack() as theirs:
                pipes, ends = make_pipes(ours, theirs)
                pid = _start(spec, ends)
                watch = _watch(pid, self._watch_of)
                broom = None if self._brooms is None else self._brooms.broom_for(pid, spec)
                leader = DirectLeader(pid, pipes, watch, broom)
                ours.pop_all()
                return leader
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            # Not chained: what `subprocess` raises carries the command line in its attributes.
            raise SpawnError.from_exception(error, spec) from None

    def close(self) -> None:
        """See `Launcher`. What processes left behind is looked for once more."""
        if self._brooms is not None:
            self._brooms.sweep()

    def disown(self) -> None:
        """See `Launcher`."""


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
