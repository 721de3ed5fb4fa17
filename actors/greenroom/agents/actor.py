"""An agent: a conversation that is kept up, whatever happens to its processes and to its host.

It serves nobody itself: its session does. It sees to that session's upkeep, and writes down what
the next host has to know. When its session has given up, it ends, and stays down until somebody has
it started again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.agents.caretaker import Caretaker
from greenroom.agents.memoir import Memoir
from greenroom.agents.status import AgentPhase
from greenroom.runtime import (
    SHUTDOWN,
    Actor,
    Crash,
    DispatcherClosed,
    ExitReason,
    Killed,
    ShutdownWith,
    Terminated,
    handles,
)
from greenroom.runtime.killing import kill
from greenroom.runtime.log import report_error
from greenroom.runtime.process.owner import Owner
from greenroom.session.events import (
    ConversationReset,
    ProcessLost,
    ProcessRetired,
    ProcessStarted,
    SessionGaveUp,
    SessionParked,
    SessionReleased,
    SessionWorked,
    TurnRepeated,
)
from greenroom.session.messages import Recycle
from greenroom.values.recovery import Recovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.agents.board import AgentBoard
    from greenroom.agents.declaration import AgentSpec
    from greenroom.agents.record import AgentRecord
    from greenroom.agents.record_store import RecordStore
    from greenroom.runtime import ActorRef
    from greenroom.session import Session
    from greenroom.system import System

__all__ = ["AgentActor"]


class AgentActor(Actor):
    """Keeps one agent up; see the module.

    Args:
        spec: what it is.
        record: what is remembered of it.
        system: where its session lives.
        store: keeps its record; None: nobody does.
        board: where it shows itself.
        watch: measures the memory of its process, if anybody does.
        wall: tells the Unix time.
    """

    mailbox_bound = None  # written to by its session and what looks after it, a few messages a turn

    def __init__(
        self,
        spec: AgentSpec,
        record: AgentRecord,
        *,
        system: System,
        store: RecordStore | None,
        board: AgentBoard,
        watch: ActorRef[Any] | None,
        wall: Callable[[], float],
    ) -> None:
        super().__init__()
        self._spec = spec
        self._system = system
        self._store = store
        self._board = board
        self._watch = watch
        self._wall = wall
        self._memoir = Memoir(record, spec.upkeep, wall, self._keep)
        self._flushing = self._unflushed = False
        self._turns = 0
        self._caretaker: ActorRef[Any] | None = None
        self._ending: ExitReason | None = None
        self._stopping = self._crashed = False
        self._session: Session

    def on_start(self) -> None:
        """Open the session, which goes on where the last one left off."""
        self._system.registry.register(self._spec.name, self)
        self._session = session = self._open_session()
        self.watch(session.actor_ref)
        board = self._board
        board.record, board.session, board.reason = self._memoir.record, session, None
        board.rest = AgentPhase.STARTING
        self._show()

    def _open_session(self) -> Session:
        spec, upkeep = self._spec, self._spec.upkeep
        return self._system.session(
            label=f"{spec.name}/session",
            deadlines=spec.deadlines,
            backlog=spec.backlog,
            hooks=spec.hooks,
            permissions=spec.permissions,
            prompter=spec.prompter,
            tool_state=spec.tool_state,
            recovery=Recovery(
                intensity=upkeep.intensity,
                period=upkeep.period,
                fresh=upkeep.fresh,
                eager=upkeep.warm,
                parks=True,
            ),
            idle_seconds=upkeep.idle_seconds,
            past=self._memoir.past(),
            observer=self.actor_ref,
            warm=upkeep.warm,
            **spec.options,
        )

    # --- what happens to its session --------------------------------------------------------------

    @handles(ProcessStarted)
    def _on_process_started(self, event: ProcessStarted) -> None:
        self._dismiss_caretaker()
        self._turns = 0
        self._memoir.note(process=Owner.of_process(event.pid), cli_version=event.version)
        self._caretaker = Caretaker.start(
            self._session,
            pid=event.pid,
            binary=event.binary,
            upkeep=self._spec.upkeep,
            board=self._board,
            watch=self._watch,
        )
        self._show()

    @handles(ProcessLost)
    def _on_process_lost(self, event: ProcessLost) -> None:
        self._dismiss_caretaker()
        if event.counted:
            self._memoir.note_loss()
        else:
            self._memoir.note(process=None)
        self._show()

    @handles(ProcessRetired)
    def _on_process_retired(self, event: ProcessRetired) -> None:
        del event
        self._dismiss_caretaker()
        self._memoir.note(process=None)
        self._show()

    @handles(SessionWorked)
    def _on_worked(self, event: SessionWorked) -> None:
        self._turns += 1
        self._memoir.note(
            session_id=event.session_id,
            last_entry=event.entry,
            losses=(),
            turns=self._memoir.record.turns + 1,
        )
        limit = self._spec.upkeep.recycle_turns
        if limit is not None and self._turns >= limit:
            why = f"it served {self._turns} turns"
            self.send(self._session.actor_ref, Recycle(why))

    @handles(ConversationReset)
    def _on_reset(self, event: ConversationReset) -> None:
        if event.rung == "fresh":
            self._memoir.note(session_id=None, last_entry=None)
            self._show()

    @handles(TurnRepeated)
    def _on_repeated(self, event: TurnRepeated) -> None:
        """Nothing is to be done about it."""

    @handles(SessionParked)
    def _on_parked(self, event: SessionParked) -> None:
        self._board.reason = event.message
        self._memoir.note(
            parked_until=event.until, parked_code=event.code, parked_reason=event.message
        )
        self._show()

    @handles(SessionReleased)
    def _on_released(self, event: SessionReleased) -> None:
        del event
        self._memoir.note(parked_until=None, parked_code=None, parked_reason=None)
        self._show()

    @handles(SessionGaveUp)
    def _on_gave_up(self, event: SessionGaveUp) -> None:
        self._board.reason = event.message
        self._memoir.note(process=None, given_up=True, given_up_reason=event.message)

    @handles(Terminated)
    def _on_terminated(self, message: Terminated) -> None:
        self._dismiss_caretaker()
        record = self._memoir.record
        if record.process is not None:
            self._memoir.note(process=None)
        if self._crashed:
            self._end(SHUTDOWN)  # which is no news to an actor that crashed
        elif record.given_up and not self._stopping:
            self._board.rest = AgentPhase.GIVEN_UP
            self._end(ShutdownWith(record.given_up_reason))
        elif self._stopping or message.reason.clean or self._system.closing:
            self._board.rest = AgentPhase.STOPPED
            self._end(SHUTDOWN)
        else:
            self._end(message.reason)

    def _show(self) -> None:
        self._board.since = self._wall()

    # --- its processes ----------------------------------------------------------------------------

    def _dismiss_caretaker(self) -> None:
        caretaker, self._caretaker = self._caretaker, None
        if caretaker is not None:
            caretaker.stop(block=False)

    # --- its record -------------------------------------------------------------------------------

    def _keep(self, record: AgentRecord) -> None:
        self._board.record = record
        if self._store is None:
            return
        self._store.put(record)
        self._unflushed = True
        if not self._flushing:
            self._flush()

    def _flush(self) -> None:
        """Write what is new, off the dispatcher; one write at a time, and the newest of all."""
        assert self._store is not None
        self._unflushed, self._flushing = False, True
        try:
            self.dispatcher.run_in_worker(self._store.flush, then=self._flushed)
        except DispatcherClosed as error:
            self._flushed(None, error)

    def _flushed(self, _nothing: None, error: BaseException | None) -> None:
        self._flushing = False
        if error is not None:
            report_error(__name__, "agent_record_not_kept", error, agent=self._spec.name)
        if self._unflushed and not isinstance(error, DispatcherClosed):
            self._flush()
        elif self._ending is not None:
            self.terminate(self._ending)

    # --- the end ----------------------------------------------------------------------------------

    def _end(self, reason: ExitReason) -> None:
        """End as soon as the record is on the disk."""
        if self._flushing:
            self._ending = reason
        else:
            self.terminate(reason)

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Be down only when the session is."""
        self._crashed = isinstance(reason, Crash)
        self._stopping = not self._crashed
        session = self._session.actor_ref
        if isinstance(reason, Killed):
            kill(session)
        else:
            session.stop(block=False)
        return not session.is_alive()

    def on_stop(self) -> None:
        """Show the end."""
        self._board.session = None
        self._board.since = self._wall()

    def on_failure(self, *_error: object) -> None:
        """Show the end, whatever it was; the session ends with its agent."""
        self._session.actor_ref.stop(block=False)
        self.on_stop()
