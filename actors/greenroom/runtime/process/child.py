"""A process of ours, from the wish to start it to the last of its pipes closed."""

from __future__ import annotations

import signal
from enum import Enum, auto
from pathlib import PurePath
from typing import TYPE_CHECKING, final

from greenroom.runtime.process.ladder import BRUTAL_KILL, Rung, StopLadder, Unkillable
from greenroom.runtime.process.output import Output
from greenroom.runtime.process.spawn_error import SpawnError
from greenroom.runtime.process.stdin_writer import StdinWriter
from greenroom.runtime.process.stopping import Stopping

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.errors import ProcessError
    from greenroom.runtime.process.exit_status import ExitStatus
    from greenroom.runtime.process.handler import ChildHandler
    from greenroom.runtime.process.leader import Leader
    from greenroom.runtime.process.spec import SpawnSpec
    from greenroom.runtime.timer import Timer

__all__ = ["Child"]


class _Phase(Enum):
    STARTING = auto()
    RUNNING = auto()
    DRAINING = auto()
    EXITED = auto()
    CLOSED = auto()


@final
class Child:
    """A process of ours. Get it from `Spawner.spawn`; its handler hears what happens to it.

    Its methods are for the dispatcher's thread, none blocks, and none raises because the process
    has ended meanwhile. The attributes and the stderr tail may be read from any thread.

    Attributes:
        spec: what was, or is to be, started.
        pid: None until it runs; stays after its end.
        status: how it ended; None until it is reaped.
        fault: after that, what kept us from seeing its end, such as the loss of the warden.
        leader: the process itself, as its spawner started it. For the spawner.
    """

    def __init__(
        self,
        spec: SpawnSpec,
        handler: ChildHandler,
        dispatcher: Dispatcher,
        buffer: bytearray,
        on_gone: Callable[[Child], None],
    ) -> None:
        self.spec = spec
        self.pid: int | None = None
        self.status: ExitStatus | None = None
        self.fault: ProcessError | None = None
        self.leader: Leader | None = None
        self._handler = handler
        self._dispatcher = dispatcher
        self._on_gone = on_gone
        self._phase = _Phase.STARTING
        self._unwanted = False
        self._drain_timer: Timer | None = None
        self._stdin = StdinWriter(dispatcher, self._stdin_broken)
        self._output = Output(
            dispatcher,
            buffer,
            on_stdout=handler.on_stdout,
            on_stdout_end=handler.on_stdout_end,
            on_all_ended=self._all_ended,
        )
        self._stopping = Stopping(
            dispatcher,
            {
                Rung.EOF: self._stdin.close,
                Rung.TERMINATE: self._terminate,
                Rung.KILL: self._kill,
            },
            exhausted=self._survived,
        )

    def __repr__(self) -> str:
        fate = self._phase.name.lower() if self.status is None else str(self.status)
        return f"<Child {PurePath(self.spec.argv[0]).name} pid={self.pid} {fate}>"

    # --- streams -------------------------------------------------------------------------

    def write(self, data: bytes) -> bool:
        """Queue `data` for stdin; return False when it cannot reach the process any more.

        What is written before the process runs is sent first. Order is kept.

        Raises:
            OutQueueFull: 8 MiB wait already; nothing of `data` was taken.
        """
        return self._stdin.write(data)

    def close_stdin(self) -> None:
        """Close stdin once all that was written is on its way."""
        self._stdin.close()

    @property
    def stdin_open(self) -> bool:
        """Whether a message can still reach the process; False once it closed its stdin."""
        return self._stdin.takes

    def pause_stdout(self) -> None:
        """Read no more of stdout, so that the process blocks once its pipe is full.

        Without effect once the process is being stopped, or has exited: then it must get rid of
        what it has to say.
        """
        self._output.pause()

    def resume_stdout(self) -> None:
        """Read stdout again."""
        self._output.resume()

    def stderr_tail(self) -> bytes:
        """Return the last 64 KiB of stderr; complete once `on_exit` came."""
        return self._output.stderr.tail()

    def stderr_text(self) -> str:
        """Return the tail as text that is safe to show on a terminal or in a log."""
        return self._output.stderr.text()

    @property
    def stderr_dropped_bytes(self) -> int:
        """How much of stderr is not in the tail any more."""
        return self._output.stderr.dropped_bytes

    # --- ending it -----------------------------------------------------------------------

    def send_signal(self, number: int) -> bool:
        """Send a signal to the process alone; return whether it was there to get it."""
        return self.leader is not None and self.leader.signal(number)

    def expect(self, ladder: StopLadder) -> None:
        """Take the times of `ladder`, of which `drain` counts also if nobody stops the process."""
        if self._phase is not _Phase.CLOSED and self._stopping.rung is None:
            self._stopping.ladder = ladder

    def stop(self, ladder: StopLadder | None = None, *, busy: bool = False) -> None:
        """End the process: politely first, at last by SIGKILL to its whole group.

        `on_closed` tells when it is done, after `ladder.total(busy=busy)` seconds at most. Stopping
        twice is stopping once; a second request can only make it quicker. A process that has not
        started yet is not started, or killed as soon as it is.

        Args:
            ladder: how long each rung may take.
            busy: a turn is running: the end of stdin would not be heeded, so start with SIGTERM.
        """
        if self._phase is _Phase.STARTING:
            self._unwanted = True
        elif self._phase is _Phase.RUNNING:
            self._output.lift_pause()
            self._stopping.request(ladder or StopLadder(), busy=busy)

    @property
    def is_wanted(self) -> bool:
        """Whether it should still be started; for the spawner, from any thread."""
        return not self._unwanted

    def disown(self) -> None:
        """Close its pipes in a forked copy of the host, so that the copy holds none open."""
        self._stdin.disown()
        self._output.disown()

    # --- what happens to it (on the dispatcher) -------------------------------------------
    # The handler is always called last: it may raise.

    def started(self, leader: Leader | None, error: BaseException | None) -> None:
        """Take over the process that the spawner has started, or hear why there is none."""
        if leader is None:
            self._fail(error)
            return
        try:
            self._take_over(leader)
        except OSError as refusal:  # the system lets the dispatcher watch no more
            self._give_back(leader, refusal)
            return
        self._phase = _Phase.RUNNING
        self.pid = leader.pid
        if self._unwanted:
            self._stopping.request(BRUTAL_KILL, busy=True)
        self._handler.on_spawned(self)

    def _take_over(self, leader: Leader) -> None:
        stdin, stdout, stderr = leader.pipes
        try:
            self._stdin.open(stdin)
        finally:  # each pipe has its owner, even when the watching of another is refused
            self._output.open(stdout, stderr)
        leader.watch(self._dispatcher, self._ended)

    def _give_back(self, leader: Leader, refusal: OSError) -> None:
        self._stdin.abort()
        self._output.close()

        def reaped(*_: object) -> None:
            leader.release()
            self._fail(refusal)

        self._dispatcher.run_in_worker(leader.reap, then=reaped)

    def _fail(self, error: BaseException | None) -> None:
        assert error is not None  # a worker gives a result or an error
        self._phase = _Phase.CLOSED
        self._stdin.abort()
        self._on_gone(self)
        if not isinstance(error, SpawnError):
            error = SpawnError.from_exception(error, self.spec)
        self._handler.on_spawn_failed(error)

    def _ended(self) -> None:
        assert self.leader is not None  # the leader itself calls
        self._phase = _Phase.DRAINING
        self._stopping.over()
        self.status = self.leader.reap()
        self.fault = self.leader.fault
        self.leader.release()
        self._stdin.abort()
        self._output.drain(self._drained)

    def _stdin_broken(self) -> None:
        if self._phase is _Phase.RUNNING:
            self._handler.on_stdin_broken()

    def _drained(self) -> None:
        assert self.status is not None  # drained after it was reaped
        self._phase = _Phase.EXITED
        delay = self._stopping.ladder.drain if self._output.is_open else 0.0
        self._drain_timer = self._dispatcher.call_later(delay, self._close)
        self._handler.on_exit(self.status)

    def _all_ended(self) -> None:
        if self._phase is _Phase.EXITED:
            self._dispatcher.call_soon(self._close)

    def _close(self) -> None:
        if self._phase is _Phase.CLOSED:
            return
        self._phase = _Phase.CLOSED
        if self._drain_timer is not None:
            self._drain_timer.cancel()
        self._output.close()
        self._on_gone(self)
        handler = self._handler
        del self._handler  # it knows its child
        handler.on_closed()

    # --- rungs ---------------------------------------------------------------------------

    def _terminate(self) -> None:
        self._stdin.close()
        self.send_signal(signal.SIGTERM)
        self.send_signal(signal.SIGCONT)  # a stopped process does not see the first

    def _kill(self) -> None:
        self._stdin.abort()
        if self.leader is not None:
            self.leader.kill_tree()

    def _survived(self) -> None:
        assert self.pid is not None  # only a running process is stopped
        waited = self._stopping.ladder.kill_grace
        self._handler.on_unkillable(
            Unkillable(
                f"process {self.pid} has not ended {waited} s after SIGKILL: it waits inside the "
                "kernel, usually for storage; it is reaped as soon as it ends",
                pid=self.pid,
                waited=waited,
            )
        )
