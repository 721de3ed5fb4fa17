"""What the owner of a child hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from greenroom.runtime.process.child import Child
    from greenroom.runtime.process.exit_status import ExitStatus
    from greenroom.runtime.process.ladder import Unkillable
    from greenroom.runtime.process.spawn_error import SpawnError

__all__ = ["ChildHandler"]


class ChildHandler(Protocol):
    """What the owner of a child hears, always on the dispatcher's thread.

    Order. Either `on_spawn_failed` comes, once, and nothing else ever; or `on_spawned` comes first,
    `on_exit` once, and `on_closed` once and last. In between:

    - `on_stdout` comes in the order of the bytes, and everything the process itself wrote comes
      *before* `on_exit`. What comes between `on_exit` and `on_closed` was written by somebody who
      inherited the pipe.
    - `on_stdout_end` comes at most once, and not at all when the pipe had to be closed on such a
      somebody. It says nothing about the process, which may live on.
    - `on_stdin_broken` comes at most once, and before `on_exit`.
    - `on_unkillable` comes at most once. `on_exit` follows only if the process dies after all.

    No call is made from within a call to `Spawner.spawn` or to a method of `Child`. A handler that
    raises is logged by the dispatcher; the calls that are still due come nevertheless.
    """

    def on_spawned(self, child: Child) -> None:
        """Hear that the process runs and has a pid."""

    def on_spawn_failed(self, error: SpawnError) -> None:
        """Hear that there is no process, and nothing of the attempt is left."""

    def on_stdout(self, data: bytes) -> None:
        """Take what was read: 1 byte to 256 KiB, cut anywhere."""

    def on_stdout_end(self) -> None:
        """Hear that everybody who could write to stdout has closed it."""

    def on_stdin_broken(self) -> None:
        """Hear that the process closed its stdin: what was written last is lost.

        It may live on and even go on talking.
        """

    def on_exit(self, status: ExitStatus) -> None:
        """Hear that the process has ended and is reaped, its process group is killed."""

    def on_closed(self) -> None:
        """Hear that all pipes are closed: nothing of the child remains."""

    def on_unkillable(self, error: Unkillable) -> None:
        """Hear that SIGKILL did not help in time. The process is still owned, but do not wait."""
