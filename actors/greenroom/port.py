"""The port: an actor that owns one operating-system process.

Bytes in, batches of frames out: one message to the owner per read, not per frame. Its owner tells
it `Write`, `Pause`, `Resume` and `Close`, and hears `PortUp`, `PortFrames` and, exactly once and
last, `PortDown`: after the process is reaped, its pipes are closed and its private directory is
gone.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from greenroom.runtime import Actor, ActorRef, ExitReason, Terminated, handles
from greenroom.runtime.log import report_warning
from greenroom.runtime.process import (
    Child,
    ExitStatus,
    OutQueueFull,
    Scratch,
    Spawner,
    SpawnError,
    StopLadder,
    Unkillable,
)

if TYPE_CHECKING:
    from greenroom.backends.base import Backend, Launch
    from greenroom_protocol import Batch

__all__ = ["Close", "Pause", "Port", "PortDown", "PortFrames", "PortUp", "Resume", "Write"]

_EOF_GRACE_SECONDS: Final = 1.0
"""How long a process may live on after closing its stdout before it is stopped."""

_LAST_LINES: Final = 20
_LINE_HEAD_BYTES: Final = 300


class Write(NamedTuple):
    """Queue whole lines for the process's stdin; what is told before it is up is sent first."""

    data: bytes


class Pause(NamedTuple):
    """Stop reading stdout; the process blocks once its pipe is full."""


class Resume(NamedTuple):
    """Read stdout again."""


class Close(NamedTuple):
    """End the process.

    Attributes:
        busy: a turn runs, so closing stdin would not end it: start with SIGTERM.
    """

    busy: bool


class PortUp(NamedTuple):
    """The process runs."""

    launch: Launch
    pid: int


class PortFrames(NamedTuple):
    """Frames the process wrote."""

    batch: Batch


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
        asked: whether we had asked it to end.
    """

    status: ExitStatus | None = None
    error: BaseException | None = None
    launch: Launch | None = None
    pid: int | None = None
    stderr: str = ""
    bytes_lost: int = 0
    last_lines: tuple[str, ...] = ()
    asked: bool = False


class _StdoutOverdue(NamedTuple):
    """The process closed its stdout a while ago and still lives."""


class Port(Actor):
    """Owns one process from launch to reap; see the module for what it says and hears."""

    mailbox_bound = None  # written to by its session alone, which bounds what it sends

    def __init__(
        self,
        *,
        owner: ActorRef[Any],
        backend: Backend,
        options: Any,
        fallback: Any,
        spawner: Spawner,
        ladder: StopLadder,
    ) -> None:
        super().__init__()
        self._owner = owner
        self._backend = backend
        self._options = options
        self._fallback = fallback
        self._spawner = spawner
        self._ladder = ladder
        self._codec = backend.codec()
        self._scratch: Scratch | None = None
        self._launched: Launch | None = None
        self._child: Child | None = None
        self._unsent: list[bytes] = []
        self._recent: deque[Batch] = deque(maxlen=_LAST_LINES)
        self._status: ExitStatus | None = None
        self._error: BaseException | None = None
        self._bytes_lost = 0
        self._asked = False
        self._busy = False
        self._gone = False

    def on_start(self) -> None:
        """Prepare the launch on a worker thread; the process follows."""
        self.watch(self._owner)
        self.dispatcher.run_in_worker(self._prepare, then=self._prepared)

    def on_stop_request(self, reason: ExitReason) -> bool:
        """End only when the process is reaped."""
        del reason
        self._close(busy=self._busy)
        return self._gone

    # --- launching ---------------------------------------------------------------------

    def _prepare(self) -> tuple[Scratch, Launch]:
        scratch = Scratch.create()
        try:
            return scratch, self._backend.prepare(self._options, scratch.path, self._fallback)
        except BaseException:
            scratch.remove()
            raise

    def _prepared(
        self, prepared: tuple[Scratch, Launch] | None, error: BaseException | None
    ) -> None:
        if prepared is None:
            self._error = error
            self._release()
            return
        self._scratch, self._launched = prepared
        if self._asked:
            self._release()
        else:
            self._child = self._spawner.spawn(self._launched.spec, self)

    def on_spawned(self, child: Child) -> None:
        """Tell the owner, and write what was waiting."""
        assert self._launched is not None
        assert child.pid is not None
        self.send(self._owner, PortUp(self._launched, child.pid))
        unsent, self._unsent = self._unsent, []
        for data in unsent:
            self._write_now(child, data)

    def on_spawn_failed(self, error: SpawnError) -> None:
        """Report it as the end of the port."""
        self._child = None
        self._error = error
        self._release()

    def on_unkillable(self, error: Unkillable) -> None:
        """Say what is the case: the process outlived SIGKILL; nobody can wait for it."""
        self._error = error
        self._release()

    # --- what the process says (called on the dispatcher) --------------------------------

    def on_stdout(self, data: bytes) -> None:
        """Decode a read and pass it on."""
        for batch in self._codec.feed(data):
            self._recent.append(batch)
            self.send(self._owner, PortFrames(batch))

    def on_stdout_end(self) -> None:
        """Pass on what is left; a process that lives on without a stdout is stopped."""
        batches, self._bytes_lost = self._codec.finish()
        for batch in batches:
            self._recent.append(batch)
            self.send(self._owner, PortFrames(batch))
        if self._status is None:
            self.after(_EOF_GRACE_SECONDS, _StdoutOverdue())

    def on_exit(self, status: ExitStatus) -> None:
        """Remember how it ended; its last output is still being drained."""
        self._status = status

    def on_closed(self) -> None:
        """Release what is left and tell the owner."""
        self._release()

    # --- what the owner says --------------------------------------------------------------

    @handles(Write)
    def write(self, message: Write) -> None:
        """Queue lines for stdin."""
        if self._child is None or self._child.pid is None:
            if not self._gone:
                self._unsent.append(message.data)
        else:
            self._write_now(self._child, message.data)

    def _write_now(self, child: Child, data: bytes) -> None:
        try:
            child.write(data)
        except OutQueueFull as error:
            self._error = error
            self._close(busy=True)

    @handles(Pause)
    def pause(self, message: Pause) -> None:
        """Let the pipe fill up."""
        del message
        if self._child is not None:
            self._child.pause_stdout()

    @handles(Resume)
    def resume(self, message: Resume) -> None:
        """Read again."""
        del message
        if self._child is not None:
            self._child.resume_stdout()

    @handles(Close)
    def close(self, message: Close) -> None:
        """End the process."""
        self._close(busy=message.busy)

    @handles(_StdoutOverdue)
    def _stdout_overdue(self, message: _StdoutOverdue) -> None:
        del message
        if self._status is None:
            self._close(busy=True)

    @handles(Terminated)
    def _owner_died(self, message: Terminated) -> None:
        del message
        self._close(busy=True)

    def _close(self, *, busy: bool) -> None:
        self._busy = busy
        self._asked = True
        if self._child is not None:
            self._child.stop(self._ladder, busy=busy)

    # --- the end ----------------------------------------------------------------------------

    def _release(self) -> None:
        if self._scratch is None:
            self._down()
        else:
            self.dispatcher.run_in_worker(self._scratch.remove, then=self._released)

    def _released(self, removed: bool | None, error: BaseException | None) -> None:  # noqa: FBT001 - the worker's answer
        if error is not None or not removed:
            report_warning(
                __name__, "scratch_not_removed", path=str(self._scratch), error=repr(error)
            )
        self._down()

    def _down(self) -> None:
        if self._gone:
            return
        self._gone = True
        child = self._child
        self.send(
            self._owner,
            PortDown(
                status=self._status,
                error=self._error,
                launch=self._launched,
                pid=None if child is None else child.pid,
                stderr="" if child is None else child.stderr_text(),
                bytes_lost=self._bytes_lost,
                last_lines=self._last_lines(),
                asked=self._asked,
            ),
        )
        self.terminate()

    def _last_lines(self) -> tuple[str, ...]:
        heads: list[str] = []
        for batch in reversed(self._recent):
            for index in reversed(range(len(batch.frames))):
                heads.append(batch.raw(index)[:_LINE_HEAD_BYTES].decode("utf-8", "replace"))
                if len(heads) == _LAST_LINES:
                    return tuple(reversed(heads))
        return tuple(reversed(heads))
