"""The port: an actor that owns one operating-system process.

Bytes in, batches of frames out: one message to the owner per read, not per frame, and none for
frames that mean nothing to it, which go straight to the reader it named. Its owner tells it
`Write`, `Plug`, `Pause`, `Resume`, `Hasten` and `Close`, and hears `PortUp`, `PortFrames` and,
exactly once and last, `PortDown`: after the process is reaped, its pipes are closed and its private
directory is gone. The directory, which holds secrets, goes whatever ends the port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.port.last_lines import LastLines
from greenroom.port.messages import (
    Close,
    CloseReason,
    Hasten,
    Pause,
    Plug,
    PortDown,
    PortFrames,
    PortUp,
    Resume,
    Write,
)
from greenroom.runtime import (
    Actor,
    ActorRef,
    Crash,
    DispatcherClosed,
    ExitReason,
    Terminated,
    handles,
)
from greenroom.runtime.log import report_error, report_warning
from greenroom.runtime.process import (
    Child,
    ExitStatus,
    OutQueueFull,
    Scratch,
    Spawner,
    SpawnError,
    StopLadder,
    Unkillable,
    plain_text,
)
from greenroom.turn import Strained
from greenroom.values.outcomes import internal_error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from greenroom.backends.base import Backend, Launch
    from greenroom_protocol import Batch

__all__ = ["Port"]

_EOF_GRACE_SECONDS: Final = 1.0
"""How long a process may live on after closing its stdout, or a stdin it was to read."""


_ENDLESS_LINE_BYTES: Final = 256 * 1024 * 1024
"""From here on an unfinished line is taken for endless; what is too long for a frame but has an end
is told as such, and the process goes on."""


class _Overdue(NamedTuple):
    """The process closed a pipe a while ago and still lives."""

    reason: CloseReason


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
        self._last_lines = LastLines()
        self._plug: Plug | None = None
        self._told = 0
        self._faulty = False
        self._status: ExitStatus | None = None
        self._error: BaseException | None = None
        self._bytes_lost = 0
        self._asked = False
        self._because: CloseReason | None = None
        self._busy = False
        self._gone = False

    def on_start(self) -> None:
        """Prepare the launch on a worker thread; the process follows."""
        self.watch(self._owner)
        self.dispatcher.run_in_worker(self._prepare, then=self._prepared)

    def on_stop_request(self, reason: ExitReason) -> bool:
        """End only when the process is reaped; after a crash, without regard for its turn."""
        crashed = isinstance(reason, Crash)
        if isinstance(reason, Crash):
            self._error = self._error or reason.error
        self._close(CloseReason.STOPPED, busy=self._busy or crashed)
        return self._gone

    # --- launching ---------------------------------------------------------------------

    def _prepare(self) -> Launch:
        # On a worker. On record before anything is written: whoever ends the port must find it.
        self._scratch = scratch = Scratch.create()
        try:
            return self._backend.prepare(self._options, scratch.path, self._fallback)
        finally:
            if self._gone:  # the dispatcher closed meanwhile and nobody is told of this
                scratch.remove()

    def _prepared(self, launch: Launch | None, error: BaseException | None) -> None:
        self._launched = launch
        if launch is None:
            self._error = error
        if launch is None or self._asked or self._gone:
            self._release()
        else:
            self._child = self._spawner.spawn(launch.spec, self)
            self._child.expect(self._ladder)

    def on_spawned(self, child: Child) -> None:
        """Tell the owner, and write what was waiting."""
        assert self._launched is not None
        assert child.pid is not None
        leader = child.leader
        containment = self._spawner.containment if leader is None else leader.containment
        up = PortUp(self._launched, child.pid, self._stderr_text, self._last_texts, containment)
        self.send(self._owner, up)
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
        """Decode a read and pass it on; what an unkillable process says too late is dropped."""
        if self._gone or self._faulty:
            return
        try:
            self._pass_on(self._codec.feed(data))
        except Exception as error:  # noqa: BLE001 - no turn may complete that has lost a frame
            self._give_up(error)
        if self._codec.unfinished > _ENDLESS_LINE_BYTES and not self._asked:
            self._close(CloseReason.ENDLESS_LINE, busy=True)

    def _pass_on(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self._last_lines.take(batch.block)
            plug, plain = self._plug, self._codec.is_plain(batch)
            if plug is None or not plain:
                self._plug = None
                self._told += 1
                self.send(self._owner, PortFrames(batch, plain))
            elif not plug.stream.put(batch):
                self.send(plug.request, Strained())

    def on_stdout_end(self) -> None:
        """Pass on what is left; a process that lives on without a stdout is stopped."""
        if self._gone or self._faulty:
            return
        try:
            batches, self._bytes_lost = self._codec.finish()
            self._pass_on(batches)
        except Exception as error:  # noqa: BLE001 - as above
            self._give_up(error)
        if self._status is None:
            self.after(_EOF_GRACE_SECONDS, _Overdue(CloseReason.STDOUT_CLOSED))

    def _give_up(self, error: Exception) -> None:
        report_error(__name__, "frames_lost", error)
        self._faulty = True
        self._error = self._error or internal_error(error)
        self._close(None, busy=True)

    def on_stdin_broken(self) -> None:
        """Wait for its exit; a process that lives on and cannot be told anything is stopped."""
        self.after(_EOF_GRACE_SECONDS, _Overdue(CloseReason.STDIN_CLOSED))

    def on_exit(self, status: ExitStatus) -> None:
        """Remember how it ended; its last output is still being drained."""
        self._status = status
        if self._child is not None:
            self._error = self._error or self._child.fault

    def on_closed(self) -> None:
        """Release what is left and tell the owner."""
        self._release()

    # Told from any thread, as evidence: without the secrets of the launch, and printable.

    def _stderr_text(self) -> str:
        child, launch = self._child, self._launched
        if child is None or launch is None:
            return ""
        return launch.redactor.text(child.stderr_text())

    def _last_texts(self) -> tuple[str, ...]:
        texts = map(plain_text, self._last_lines.texts())
        launch = self._launched
        return tuple(texts if launch is None else map(launch.redactor.text, texts))

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
            self._close(None, busy=True)

    @handles(Plug)
    def plug(self, message: Plug) -> None:
        """Let frames of which the owner needs to know nothing bypass it."""
        if message.heard == self._told:
            self._plug = message

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

    @handles(Hasten)
    def hasten(self, message: Hasten) -> None:
        """Climb a shorter ladder from now on, also where the climb has begun."""
        self._ladder = self._ladder.at_most(message.ladder)
        if self._asked:
            self._stop_child()

    @handles(Close)
    def close(self, message: Close) -> None:
        """End the process."""
        self._close(message.reason, busy=message.busy)

    @handles(_Overdue)
    def _overdue(self, message: _Overdue) -> None:
        if self._status is None:
            self._close(message.reason, busy=True)

    @handles(Terminated)
    def _owner_died(self, message: Terminated) -> None:
        del message
        self._close(CloseReason.OWNER_GONE, busy=True)

    def _close(self, reason: CloseReason | None, *, busy: bool) -> None:
        if not self._asked and self._status is None:
            self._because = reason
        self._busy = busy
        self._asked = True
        self._stop_child()

    def _stop_child(self) -> None:
        if self._child is not None:
            self._child.stop(self._ladder, busy=self._busy)

    # --- the end ----------------------------------------------------------------------------

    def on_stop(self) -> None:
        """Leave nothing behind when the dispatcher closes before the process is down."""
        if self._gone:
            return
        child = self._child
        if child is not None:
            child.disown()
            if child.leader is not None and child.leader.has_ended():
                child.leader.release()
        self._abandon()

    def on_failure(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Crashed twice: end the process all the same. The owner hears `Terminated`."""
        del kind, error, traceback
        self._busy = True
        self._stop_child()
        self._abandon()

    def _abandon(self) -> None:
        if not self._gone:
            self._gone = True
            self._release()

    def _release(self) -> None:
        """Remove the directory, then be down. Again and again if need be."""
        scratch = self._scratch
        if scratch is None:
            self._down()
            return
        try:
            self.dispatcher.run_in_worker(scratch.remove, then=self._released)
        except DispatcherClosed as error:  # this is one of its last calls
            self._released(None, error)

    def _released(self, removed: bool | None, error: BaseException | None) -> None:  # noqa: FBT001 - the worker's answer
        scratch = self._scratch
        assert scratch is not None
        if isinstance(error, DispatcherClosed):  # no worker is left; it holds nobody up any more
            removed, error = scratch.remove(), None
        if error is not None or not removed:
            report_warning(__name__, "scratch_not_removed", path=str(scratch), error=repr(error))
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
                stderr=self._stderr_text(),
                bytes_lost=self._bytes_lost,
                last_lines=self._last_texts(),
                closed_because=self._because,
            ),
        )
        self.terminate()
