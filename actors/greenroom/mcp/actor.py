"""The client of one MCP server: an actor that keeps it running and speaks to it.

Every call it takes is answered: with a result or with an error that says what happened. Calls that
were on their way when the server went down fail and are never sent again; those that were not wait
for the restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.mcp.board import Board, McpStatus
from greenroom.mcp.errors import McpBadAnswer, McpServerDown
from greenroom.mcp.messages import Ask, Enumerate, HastenMcp, Restart, Withdraw
from greenroom.mcp.peer import MOST_CALLS, Overdue, Peer
from greenroom.mcp.restarts import RestartBook, Restarts
from greenroom.mcp.wire import WireEnd
from greenroom.runtime import Actor, ExitReason, handles
from greenroom.runtime.log import report_error, report_warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from greenroom.mcp.handshake import Welcome
    from greenroom.mcp.wire import Severed, Wire, WireOwner
    from greenroom.runtime import Timer
    from greenroom.values.redaction import Redactor
    from greenroom_protocol import Garbage
    from greenroom_protocol.jsonrpc import Message

__all__ = ["McpClient"]

_LAST_WORDS: Final = 300
"""Characters of the standard error that an error repeats; all of it is its `evidence`."""

_STOPPED: Final = "it was stopped"


class _PauseOver(NamedTuple):
    """It is time for the restart."""


class McpClient(Actor):
    """Speaks to one server; see the module for what it promises.

    Args:
        board: where its state can be read; knows its name.
        open_wire: makes a connection that tells its owner, this actor, what happens.
        numbers: gives the ids of requests; shared with whoever asks.
        restarts: how often it is started again.
        redactor: knows the secrets that errors must not show.
        answer_seconds: how long the handshake, and a page of a list, may take.
    """

    mailbox_bound = MOST_CALLS

    def __init__(
        self,
        *,
        board: Board,
        open_wire: Callable[[WireOwner], Wire],
        numbers: Iterator[int],
        restarts: Restarts,
        redactor: Redactor,
        answer_seconds: float,
    ) -> None:
        super().__init__()
        self._board = board
        self._open_wire = open_wire
        self._redactor = redactor
        self._book = RestartBook(restarts)
        self._peer = Peer(
            board,
            numbers=numbers,
            redactor=redactor,
            answer_seconds=answer_seconds,
            after=self.after,
            lose=self._lose,
            worked=self._book.worked,
        )
        self._wire: Wire | None = None
        self._fault: WireEnd | None = None
        self._refusal: McpServerDown | None = None
        self._pause: Timer | None = None
        self._at_once = False

    def on_start(self) -> None:
        """Start the server."""
        self._begin()

    # --- what callers ask --------------------------------------------------------------------

    @handles(Ask, Enumerate)
    def _ask(self, message: Ask | Enumerate) -> None:
        if self._refusal is not None:
            message.call.fail(self._refusal)
        elif isinstance(message, Ask):
            self._peer.ask(message)
        else:
            self._peer.enumerate(message)

    @handles(Withdraw)
    def _withdraw(self, message: Withdraw) -> None:
        self._peer.withdraw(message.number)

    @handles(Overdue)
    def _overdue(self, message: Overdue) -> None:
        self._peer.overdue(message.number)

    # --- the life of the server --------------------------------------------------------------

    def _begin(self) -> None:
        self._fault = self._refusal = None
        self._at_once = False
        self._board.note(status=McpStatus.STARTING)
        self._wire = self._open_wire(self)
        self._wire.open()

    def on_wire_up(self, pid: int | None) -> None:
        """Shake hands."""
        assert self._wire is not None
        self._board.note(pid=pid)
        self._peer.shake_hands(self._wire, self._handshaken)

    def _handshaken(self, welcome: Welcome | None, error: BaseException | None) -> None:
        if welcome is None:
            permanent = isinstance(error, McpBadAnswer)
            self._lose(f"the handshake failed: {error}", permanent=permanent)
            return
        self._board.note(
            status=McpStatus.READY,
            server=welcome.server_info,
            protocol_version=welcome.protocol_version,
            capabilities=welcome.capabilities,
            instructions=welcome.instructions,
        )
        self._peer.go_on(welcome)

    def on_wire_messages(self, messages: Sequence[Message | Garbage | Severed]) -> None:
        """Take what was read. An error of our own costs the wire, not the answers."""
        try:
            for message in messages:
                self._peer.take(message)
        except Exception as error:  # noqa: BLE001 - every call must still get its answer
            report_error(__name__, "mcp_message_failed", error, server=self._board.info.name)
            self._lose(f"internal error: {error!r}")

    def _lose(self, why: str, *, permanent: bool = False) -> None:
        """Close a wire that is of no use, and remember why."""
        self._fault = self._fault or WireEnd(why, permanent)
        self._peer.rest()
        if self._wire is not None:
            self._wire.close()

    def on_wire_down(self, end: WireEnd) -> None:
        """Fail what was under way; then start again, or give up."""
        wire, self._wire = self._wire, None
        end = self._fault or end
        evidence = "" if wire is None else self._redactor.text(wire.evidence())
        down = self._down(end.message, evidence)
        self._board.note(pid=None, last_error=str(down))
        self._peer.leave(self._down(end.message, evidence, sent=True))
        if self._stops:
            self._board.note(status=McpStatus.STOPPED)
            self.terminate()
            return
        pause = 0.0 if self._at_once else self._book.failed(self.clock.now())
        if pause is None or end.permanent:
            self._give_up(down)
            return
        self._board.note(status=McpStatus.PAUSING)
        self._pause = self.after(pause, _PauseOver())
        report_warning(__name__, "mcp_server_down", server=down.server, error=str(down))

    @handles(_PauseOver)
    def _go_again(self, _message: _PauseOver) -> None:
        self._board.note(restarts=self._board.info.restarts + 1)
        self._begin()

    def _give_up(self, down: McpServerDown) -> None:
        self._refusal = self._down(f"{down.why}; it was given up", down.evidence)
        self._board.note(status=McpStatus.FAILED, last_error=str(self._refusal))
        self._peer.refuse_all(self._refusal)
        report_warning(__name__, "mcp_server_given_up", server=down.server, error=str(down))

    @handles(Restart)
    def _restart(self, _message: Restart) -> None:
        if self._stops:
            return
        self._book.forget()
        if self._wire is not None:
            self._at_once = True
            self._lose("it was restarted because somebody wished it")
            return
        if self._pause is not None:
            self._pause.cancel()
        self._go_again(_PauseOver())

    @handles(HastenMcp)
    def _hasten(self, message: HastenMcp) -> None:
        if self._wire is not None:
            self._wire.hasten(message.ladder)

    def _down(self, why: str, evidence: str = "", *, sent: bool = False) -> McpServerDown:
        words = evidence.strip()[-_LAST_WORDS:].rpartition("\n")[2].strip()
        why = self._redactor.text(why)
        name = self._board.info.name
        return McpServerDown(why, server=name, sent=sent, evidence=evidence, last_words=words)

    # --- the end -----------------------------------------------------------------------------

    @property
    def _stops(self) -> bool:
        return self._board.info.status in {McpStatus.STOPPING, McpStatus.STOPPED}

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Fail what is under way at once; end when nothing of the server is left."""
        del reason
        self._be_over(McpStatus.STOPPING)
        if self._wire is None:
            self._board.note(status=McpStatus.STOPPED)
            return True
        self._fault = self._fault or WireEnd(_STOPPED)
        self._wire.close()
        return False

    def on_stop(self) -> None:
        """Leave nothing behind when the dispatcher closes before the server is down."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.abandon()
        self._be_over(McpStatus.STOPPED)

    def on_failure(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Crashed twice: end the server all the same."""
        del kind, error, traceback
        if self._wire is not None:
            self._wire.close()
        self._be_over(McpStatus.STOPPED)

    def _be_over(self, status: McpStatus) -> None:
        self._board.note(status=status)
        self._refusal = self._down(_STOPPED)
        self._peer.refuse_all(self._refusal)
