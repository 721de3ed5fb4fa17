"""What a system makes its sessions of."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

import pykka

from greenroom.session import Session
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board
from greenroom.session.fan import Fan
from greenroom.session.messages import Warm
from greenroom.session.resumption import NO_PAST, Past
from greenroom.session.setup import Setup
from greenroom.system.attendance import attend
from greenroom.turn import Stream, Unfinished
from greenroom.values.backlog import Backlog
from greenroom.values.deadlines import DEFAULT_DEADLINES, Deadlines
from greenroom.values.kind import require_kind
from greenroom.values.ladder import Rung
from greenroom.values.recovery import DEFAULT_RECOVERY, Recovery
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.backends.base import Backend
    from greenroom.hooks import Hooks
    from greenroom.permissions import Prompter
    from greenroom.runtime import ActorRef, Dispatcher
    from greenroom.runtime.crew import Crew
    from greenroom.runtime.event_stream import EventStream
    from greenroom.runtime.process import Spawner, StopLadder
    from greenroom.runtime.registry import Registry
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["SessionFactory"]

_NUMBERS: Final = count(1)


class SessionFactory:
    """Makes the sessions of one system; see :meth:`greenroom.System.session`. Thread-safe."""

    def __init__(
        self,
        *,
        backend: Backend,
        configuration: Mapping[str, Any],
        dispatcher: Dispatcher,
        spawner: Spawner,
        ladder: StopLadder,
        crew: Crew,
        backlog: Backlog,
        width: int,
        events: EventStream,
        registry: Callable[[], Registry],
    ) -> None:
        self.unfinished = Unfinished()
        self._backend = backend
        self._configuration = configuration
        self._dispatcher = dispatcher
        self._spawner = spawner
        self._ladder = ladder
        self._crew = crew
        self._backlog = backlog
        self._width = width
        self._events = events
        self._registry = registry
        self._lot: ActorRef[Any] | None = None

    def make(
        self,
        options: OptionsDict,
        *,
        label: str | None = None,
        parallel: bool = False,
        width: int | None = None,
        warm: bool = False,
        deadlines: Deadlines = DEFAULT_DEADLINES,
        backlog: Backlog | None = None,
        hooks: Hooks | None = None,
        permissions: Callable[..., Any] | None = None,
        prompter: Prompter | None = None,
        tool_state: Any = None,
        recovery: Recovery = DEFAULT_RECOVERY,
        idle_seconds: float | None = None,
        past: Past = NO_PAST,
        observer: ActorRef[Any] | None = None,
    ) -> Session:
        """Make a session."""
        require_kind(deadlines, Deadlines, "deadlines", "Deadlines(total=30)")
        backlog = self._backlog if backlog is None else backlog
        require_kind(backlog, Backlog, "backlog", 'Backlog(overflow="pause")')
        require_kind(recovery, Recovery, "recovery", "Recovery(intensity=3)")
        require_kind(past, Past, "past", "Past(session_id=…)")
        if observer is not None:
            require_kind(observer, pykka.ActorRef, "observer", "self.actor_ref")
        callbacks, given = attend(
            self._backend,
            options,
            hooks=hooks,
            permissions=permissions,
            prompter=prompter,
            tool_state=tool_state,
            deadlines=deadlines,
        )
        checked = self._backend.check(self._configuration, given)
        require_kind(past, Past, "past", "Past(session_id=…)")
        if past.session_id and past.entry:
            self._backend.resume(checked, past.session_id, Rung.RESUME_AT, past.entry)
        if idle_seconds is not None and self._backend.resume(checked, "") is None:
            raise LocalProtocolError(
                "a conversation with no_session_persistence lives and dies with its process, "
                "which idle_seconds would end: leave one of the two out"
            )
        setup = Setup(
            backend=self._backend,
            options=checked,
            spawner=self._spawner,
            ladder=self._ladder,
            crew=self._crew,
            callbacks=callbacks,
            width=self._width if width is None else width,
            recovery=recovery,
            label=f"session-{next(_NUMBERS)}" if label is None else label,
            events=self._events,
            observer=observer,
            lot=self._open_lot() if recovery.parks else None,
            past=past,
            idle_seconds=idle_seconds,
        )
        board, background = Board(), Stream(backlog, dispatcher=self._dispatcher)
        actor = self._start(Fan if parallel else SessionActor, label, setup, board, background)
        if warm:
            actor.tell(Warm())
        return Session(
            actor,
            label=setup.label,
            backend=self._backend,
            options=checked,
            board=board,
            background=background,
            deadlines=deadlines,
            backlog=backlog,
            parallel=parallel,
            callbacks=callbacks,
            unfinished=self.unfinished,
        )

    def _start(
        self,
        kind: type[Fan | SessionActor],
        name: str | None,
        setup: Setup,
        board: Board,
        background: Stream,
    ) -> ActorRef[Any]:
        make: dict[str, Any] = {
            "board": board,
            "background": background,
            "dispatcher": self._dispatcher,
        }
        if name is None:
            return kind.start(setup, **make)
        return cast("ActorRef[Any]", self._registry().start(name, kind, setup, **make))

    def _open_lot(self) -> ActorRef[Any]:
        if self._lot is None or not self._lot.is_alive():
            from greenroom.session.parking_lot import ParkingLot  # noqa: PLC0415 - few sessions park

            self._lot = ParkingLot.start(dispatcher=self._dispatcher)
        return self._lot
