"""The caretaker of one process of an agent: has it replaced when it is time, ended when it is bad.

It lives as long as the process, and does nothing but look and tell the session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.agents.fingerprint import Fingerprint
from greenroom.agents.messages import Measured, WatchMemory
from greenroom.port import CloseReason
from greenroom.runtime import Actor, handles
from greenroom.session.messages import Recycle
from greenroom.values.errors import ControlTimedOut

if TYPE_CHECKING:
    from greenroom.agents.board import AgentBoard
    from greenroom.agents.upkeep import Upkeep
    from greenroom.runtime import ActorRef
    from greenroom.session import Session

__all__ = ["BINARY_SECONDS", "Caretaker"]

BINARY_SECONDS: Final = 30.0
"""Between two looks at the binary on disk."""


class _Aged(NamedTuple):
    """The process is as old as it may be."""


class _CheckHealth(NamedTuple):
    """See whether the process answers."""


class _Answered(NamedTuple):
    """The process answered, or did not."""

    error: BaseException | None


class _CheckBinary(NamedTuple):
    """See whether the binary on disk is still the one that runs."""


class _BinarySeen(NamedTuple):
    """What the binary was as the process started, or whether it is another now."""

    fingerprint: Fingerprint | None
    replaced: bool


class Caretaker(Actor):
    """Looks after one process; see the module.

    Args:
        session: whose process it is.
        pid: the process.
        binary: the path of its executable.
        upkeep: what is to be done.
        board: where the memory is shown.
        watch: measures the memory, if anybody does.
    """

    def __init__(
        self,
        session: Session,
        *,
        pid: int,
        binary: str,
        upkeep: Upkeep,
        board: AgentBoard,
        watch: ActorRef[Any] | None,
    ) -> None:
        super().__init__()
        self._session = session
        self._pid = pid
        self._binary = binary
        self._upkeep = upkeep
        self._board = board
        self._watch = watch
        self._fingerprint: Fingerprint | None = None
        self._turns = 0

    def on_start(self) -> None:
        """Begin to look."""
        upkeep = self._upkeep
        if upkeep.recycle_seconds is not None:
            self.after(upkeep.recycle_seconds, _Aged())
        if upkeep.health_interval is not None:
            self.after(upkeep.health_interval, _CheckHealth())
        if upkeep.watches_memory and self._watch is not None:
            self.send(self._watch, WatchMemory(self.actor_ref, self._pid))
        if upkeep.recycle_binary:
            self.dispatcher.run_in_worker(Fingerprint.of, self._binary, then=self._seen_first)

    def on_stop(self) -> None:
        """The process is gone."""
        self._board.memory = None

    def _recycle(self, why: str, reason: CloseReason | None = None) -> None:
        self.send(self._session.actor_ref, Recycle(why, reason))

    # --- age ------------------------------------------------------------------------------------

    @handles(_Aged)
    def _on_aged(self, message: _Aged) -> None:
        del message
        self._recycle(f"it ran for {self._upkeep.recycle_seconds:g} s")

    # --- memory ---------------------------------------------------------------------------------

    @handles(Measured)
    def _on_measured(self, message: Measured) -> None:
        self._board.memory = held = message.memory
        soft, hard = self._upkeep.recycle_memory, self._upkeep.memory_limit
        if hard is not None and held > hard:
            self._recycle(f"it held {held} bytes", CloseReason.MEMORY)
        elif soft is not None and held > soft:
            self._recycle(f"it held {held} bytes")

    # --- health ---------------------------------------------------------------------------------

    @handles(_CheckHealth)
    def _on_check_health(self, message: _CheckHealth) -> None:
        del message
        ref = self.actor_ref
        answer = self._session.ping(self._upkeep.health_seconds)

        def answered(error: BaseException | None) -> None:
            Actor.send(ref, _Answered(error))

        answer.add_done_callback(answered)

    @handles(_Answered)
    def _on_answered(self, message: _Answered) -> None:
        assert self._upkeep.health_interval is not None
        if isinstance(message.error, ControlTimedOut):
            self._recycle("it did not answer", CloseReason.UNRESPONSIVE)
        else:  # an error is an answer, too
            self.after(self._upkeep.health_interval, _CheckHealth())

    # --- the binary -----------------------------------------------------------------------------

    def _seen_first(self, found: Fingerprint | None, error: BaseException | None) -> None:
        del error  # nothing to compare with; the next process will have something
        self.send(self.actor_ref, _BinarySeen(found, replaced=False))

    def _seen_again(self, replaced: bool | None, error: BaseException | None) -> None:  # noqa: FBT001 - the worker's answer
        del error
        self.send(self.actor_ref, _BinarySeen(self._fingerprint, bool(replaced)))

    @handles(_BinarySeen)
    def _on_binary_seen(self, message: _BinarySeen) -> None:
        self._fingerprint = message.fingerprint
        if message.replaced:
            self._recycle("its binary was replaced")
        elif message.fingerprint is not None:
            self.after(BINARY_SECONDS, _CheckBinary())

    @handles(_CheckBinary)
    def _on_check_binary(self, message: _CheckBinary) -> None:
        del message
        assert self._fingerprint is not None
        self.dispatcher.run_in_worker(self._fingerprint.replaced, then=self._seen_again)
