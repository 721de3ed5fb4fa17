"""A server that is a process: a message a line over its stdin and stdout."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from greenroom.mcp.wire import WireEnd
from greenroom.runtime.process import SpawnError, SpawnSpec, child_environment
from greenroom_protocol import Garbage, LineFramer, Oversize
from greenroom_protocol.batch import split_lines
from greenroom_protocol.jsonrpc import Message, read_messages

if TYPE_CHECKING:
    from greenroom.mcp.wire import WireOwner
    from greenroom.runtime import Dispatcher
    from greenroom.runtime.process import Child, ExitStatus, Spawner, StopLadder, Unkillable
    from greenroom_protocol.claude.options import StdioServer

__all__ = ["StdioWire"]

_GRACE_SECONDS: Final = 1.0
"""How long a process may live on after closing its stdout, or a stdin it was to read."""

_ENDLESS_LINE_BYTES: Final = 256 * 1024 * 1024
"""From here on an unfinished line is taken for endless, and the process is stopped."""

_PASSED: Final = ("GREENROOM_RUN",)
"""Marks the processes of a run, where the host has it; for whoever counts them."""


class StdioWire:
    """One process of a server, from the wish to start it to its last closed pipe."""

    def __init__(
        self,
        owner: WireOwner,
        config: StdioServer,
        *,
        cwd: str,
        dispatcher: Dispatcher,
        spawner: Spawner,
        ladder: StopLadder,
    ) -> None:
        self._owner = owner
        self._config = config
        self._cwd = cwd
        self._dispatcher = dispatcher
        self._spawner = spawner
        self._ladder = ladder
        self._framer = LineFramer()
        self._child: Child | None = None
        self._status: ExitStatus | None = None
        self._fault: str | None = None
        self._closing = False
        self._gone = False

    # --- what the owner says -----------------------------------------------------------------

    def open(self) -> None:
        """See `Wire`. The program is looked up on a worker thread."""
        self._dispatcher.run_in_worker(self._prepare, then=self._prepared)

    def send(self, line: bytes) -> None:
        """See `Wire`."""
        if self._child is not None:
            self._child.write(line)

    def agree(self, version: str) -> None:
        """See `Wire`. Lines are the same in all versions."""

    def close(self) -> None:
        """See `Wire`. First the end of its stdin, then the rest of the ladder."""
        self._stop(busy=False)

    def hasten(self, ladder: StopLadder) -> None:
        """See `Wire`."""
        self._ladder = self._ladder.at_most(ladder)
        if self._closing:
            self._stop(busy=False)

    def abandon(self) -> None:
        """See `Wire`. The spawner, which is closed next, kills what still runs."""
        self._gone = True
        child = self._child
        if child is not None:
            child.disown()
            if child.leader is not None and child.leader.has_ended():
                child.leader.release()

    def evidence(self) -> str:
        """See `Wire`: the tail of its standard error."""
        return "" if self._child is None else self._child.stderr_text()

    def _stop(self, *, busy: bool) -> None:
        self._closing = True
        if self._child is not None:
            self._child.stop(self._ladder, busy=busy)

    def _give_up(self, fault: str) -> None:
        self._fault = self._fault or fault
        self._stop(busy=True)

    # --- launching ------------------------------------------------------------------------------

    def _prepare(self) -> SpawnSpec:
        # On a worker.
        config = self._config
        env = child_environment(os.environ, passing=_PASSED, extra={**config.env, "PWD": self._cwd})
        command = os.fspath(config.command)
        if "/" in command:
            path = str(Path(self._cwd) / command)
        else:
            found = shutil.which(command, path=env.get("PATH", os.defpath))
            if found is None:
                raise FileNotFoundError(
                    f"there is no program {command!r} in PATH: install it, or give its whole path"
                )
            path = found
        args = tuple(os.fspath(argument) for argument in config.args)
        return SpawnSpec(argv=(path, *args), env=env, cwd=self._cwd)

    def _prepared(self, spec: SpawnSpec | None, error: BaseException | None) -> None:
        if self._gone:
            return
        if spec is None:
            self._down(WireEnd(str(error), permanent=True))
        elif self._closing:
            self._down(WireEnd("it was stopped before it had started"))
        else:
            self._child = self._spawner.spawn(spec, self)
            self._child.expect(self._ladder)

    # --- what happens to the process (called on the dispatcher) ---------------------------------

    def on_spawned(self, child: Child) -> None:
        """Tell the owner."""
        if not self._closing:
            self._owner.on_wire_up(child.pid)

    def on_spawn_failed(self, error: SpawnError) -> None:
        """Be down."""
        self._child = None
        self._down(WireEnd(str(error), permanent=not error.retryable))

    def on_stdout(self, data: bytes) -> None:
        """Read whole lines and pass on what they say."""
        if self._gone:
            return
        messages: list[Message | Garbage] = []
        for block in self._framer.feed(data):
            messages += _read(block)
        if messages:
            self._owner.on_wire_messages(messages)
        if self._framer.unfinished > _ENDLESS_LINE_BYTES and not self._closing:
            self._give_up(f"it wrote a line without end ({self._framer.unfinished} bytes so far)")

    def on_stdout_end(self) -> None:
        """Read the last line; a process that lives on without a stdout is stopped."""
        rest = self._framer.finish()
        if rest and not self._gone:
            self._owner.on_wire_messages(_read(rest))
        self._dispatcher.call_later(_GRACE_SECONDS, self._overdue, "it closed its stdout")

    def on_stdin_broken(self) -> None:
        """Wait for its exit; a process that lives on and cannot be told anything is stopped."""
        self._dispatcher.call_later(_GRACE_SECONDS, self._overdue, "it closed its stdin")

    def _overdue(self, fault: str) -> None:
        if self._status is None and not self._gone:
            self._give_up(fault)

    def on_exit(self, status: ExitStatus) -> None:
        """Remember how it ended; its last output is still being drained."""
        self._status = status

    def on_closed(self) -> None:
        """Be down."""
        child = self._child
        fault = self._fault or (None if child is None or child.fault is None else str(child.fault))
        self._down(WireEnd(fault or f"it ended ({self._status})"))

    def on_unkillable(self, error: Unkillable) -> None:
        """Be down, as far as anybody can tell."""
        self._down(WireEnd(str(error), permanent=True))

    def _down(self, end: WireEnd) -> None:
        if not self._gone:
            self._gone = True
            self._owner.on_wire_down(end)


def _read(block: bytes | Oversize) -> list[Any]:
    if isinstance(block, Oversize):
        return [Garbage(head=block.head, size=block.size)]
    return [message for line in split_lines(block) for message in read_messages(line)]
