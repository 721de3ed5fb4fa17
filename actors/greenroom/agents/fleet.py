"""A fleet: named agents under one supervisor."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

from greenroom.agents.actor import AgentActor
from greenroom.agents.agent import Agent
from greenroom.agents.board import AgentBoard
from greenroom.agents.declaration import AgentSpec
from greenroom.agents.errors import AgentNotFoundError, StateDirectoryError
from greenroom.agents.memoir import pardoned, taken_up
from greenroom.agents.predecessor import see_off
from greenroom.agents.record import AgentRecord
from greenroom.agents.restarting import Restarting
from greenroom.agents.status import AgentPhase
from greenroom.runtime.log import report_error
from greenroom.runtime.stop_flag import StopFlag
from greenroom.runtime.supervision import IGNORE, ChildSpec, FailedToStartChild, Supervisor
from greenroom.values.kind import require_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from greenroom.agents.record_store import RecordStore
    from greenroom.agents.status import AgentStatus
    from greenroom.runtime import ActorRef, Future
    from greenroom.system import System
    from greenroom.turn import Turn

__all__ = ["Fleet"]

_AGENT: Final = "agent"

_MEMORY: Final = "memory watch"
"""No agent can be called that."""

_STOP_SECONDS: Final = 30.0
"""For an agent to end its process by the stop ladder, before it is killed."""


class Fleet:
    """Named agents that are kept up. Thread-safe; make it with `Fleet.start`.

    A context manager, ``with`` and ``async with``: it stops all of them at the end. Each agent has
    a supervisor of its own, so that one that fails again and again takes no other along:

        fleet -> NAME -> agent -> its session -> its process
    """

    def __init__(
        self,
        specs: tuple[AgentSpec, ...],
        *,
        system: System,
        store: RecordStore | None,
        wall: Callable[[], float],
    ) -> None:
        self._system = system
        self._store = store
        self._wall = wall
        self._boards = {spec.name: AgentBoard(spec.name) for spec in specs}
        self._agents = {spec.name: Agent(spec, self._boards[spec.name]) for spec in specs}
        self._watch: ActorRef[Any] | None = None
        self._lock = threading.Lock()
        self._restarts: dict[str, Restarting] = {}
        self._stopped: set[str] = set()
        self._tree: Supervisor

    @classmethod
    def start(
        cls,
        specs: Iterable[AgentSpec],
        *,
        system: System,
        store: RecordStore | None = None,
        wall: Callable[[], float] = time.time,
    ) -> Self:
        """Start agents; returns when all of them live. Their processes may yet be starting.

        Args:
            specs: what they are.
            system: where they live. Closing it stops them.
            store: what is remembered of them, and where it is kept; without one nothing outlives
                this program.
            wall: tells the Unix time.

        Raises:
            ValueError: two have one name.
            MonitorMissingError: one wants its memory watched, and `psutil` is missing.
            AlreadyStarted: a name is taken in the system's registry.
            LocalProtocolError: an option of one is wrong.
            StateDirectoryError: its record cannot be read.
            WouldBlock: the caller runs on a dispatcher.
        """
        fleet = cls(_checked(specs), system=system, store=store, wall=wall)
        try:
            fleet._tree = Supervisor.start(**fleet._plan())
        except FailedToStartChild as error:
            raise _innermost(error) from error
        return fleet

    @classmethod
    async def astart(
        cls,
        specs: Iterable[AgentSpec],
        *,
        system: System,
        store: RecordStore | None = None,
        wall: Callable[[], float] = time.time,
    ) -> Self:
        """Do what `start` does, without blocking the event loop."""
        fleet = cls(_checked(specs), system=system, store=store, wall=wall)
        try:
            fleet._tree = await Supervisor.begin(**fleet._plan())
        except FailedToStartChild as error:
            raise _innermost(error) from error
        return fleet

    def _plan(self) -> dict[str, Any]:
        system, specs = self._system, tuple(agent.spec for agent in self)
        return {
            "children": [*self._watches(specs), *(self._child(spec) for spec in specs)],
            "intensity": 3,
            "period": 60.0,
            "events": system.events,
            "dispatcher": system.dispatcher,
        }

    # --- the tree -------------------------------------------------------------------------------

    def _watches(self, specs: tuple[AgentSpec, ...]) -> tuple[ChildSpec, ...]:
        """Return the order for who watches the memory of agents, if any wants that."""
        seconds = [spec.upkeep.memory_interval for spec in specs if spec.upkeep.watches_memory]
        if not seconds:
            return ()
        # Imported here: few fleets have their memory watched, which takes an extra.
        from greenroom.agents.memory import require_monitor, trees_memory  # noqa: PLC0415 - see above
        from greenroom.agents.memory_watch import MemoryWatch  # noqa: PLC0415 - see above

        require_monitor()

        def start() -> ActorRef[Any]:
            self._watch = MemoryWatch.start(min(seconds), trees_memory)
            return self._watch

        return (ChildSpec(id=_MEMORY, start=start),)

    def _child(self, spec: AgentSpec) -> ChildSpec:
        """Return the supervisor of one agent. It is not restarted when it has given up."""
        worker = ChildSpec(
            id=_AGENT,
            start=partial(self._start_agent, spec),
            restart="transient",
            significant=True,
            shutdown=_STOP_SECONDS,
            blocking=True,
        )
        begin = partial(self._begin_agent, self._boards[spec.name], worker)
        return ChildSpec(id=spec.name, start=begin, restart="transient", type="supervisor")

    def _begin_agent(self, board: AgentBoard, worker: ChildSpec) -> Future[Supervisor]:
        def begun(error: BaseException | None) -> None:
            if error is not None or not _at_end(boot.get().actor_ref, fall_silent):
                fall_silent()

        fall_silent = partial(self._fall_silent, board)
        boot = Supervisor.begin(
            (worker,),
            intensity=3,
            period=30.0,
            auto_shutdown="any_significant",
            events=self._system.events,
            dispatcher=self._system.dispatcher,
        )
        boot.add_done_callback(begun)
        return boot

    def _fall_silent(self, board: AgentBoard) -> None:
        stopped = self._system.closing or board.name in self._stopped
        board.fall_silent(AgentPhase.STOPPED if stopped else AgentPhase.GIVEN_UP)

    def _start_agent(self, spec: AgentSpec) -> Any:
        """Start an agent with what is remembered of it. On a worker: it reads the record."""
        board, now = self._boards[spec.name], self._wall()
        board.rest, board.reason, board.since = AgentPhase.STARTING, None, now
        found = board.record if self._store is None else self._store.load(spec.name)
        found = found or AgentRecord(name=spec.name)
        see_off(found.process, spec.name)
        record = taken_up(found, spec, now)
        board.record = record
        if record.given_up or len(record.losses) > spec.upkeep.intensity:
            board.rest = AgentPhase.GIVEN_UP
            board.reason = record.given_up_reason or "too many of its processes were lost"
            return IGNORE
        return AgentActor.start(
            spec,
            record,
            system=self._system,
            store=self._store,
            board=board,
            watch=self._watch,
            wall=self._wall,
            dispatcher=self._system.dispatcher,
        )

    # --- looking --------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Agent:
        try:
            return self._agents[name]
        except KeyError:
            known = ", ".join(self._agents) or "none"
            raise AgentNotFoundError(f"no agent is called {name!r}; there are: {known}") from None

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def __len__(self) -> int:
        return len(self._agents)

    @property
    def actor_ref(self) -> ActorRef[Any]:
        """The supervisor of all agents, for actors that watch it."""
        return self._tree.actor_ref

    def status(self) -> tuple[AgentStatus, ...]:
        """Return what every agent is at. Never waits."""
        return tuple(board.status() for board in self._boards.values())

    # --- acting ---------------------------------------------------------------------------------

    def tell(self, name: str, prompt: str) -> Turn[Any]:
        """Ask an agent something.

        Raises:
            AgentNotFoundError: there is none of that name.
            AgentDownError: it does not live.
        """
        return self[name].ask(prompt)

    def restart(self, name: str) -> Future[None]:
        """Give an agent another process, and another chance if it had given up.

        Its conversation goes on. What it was working on is lost, what waited is withdrawn. While
        it is being restarted another restart is that one.

        Returns:
            A future, done when the new process answers, or when the agent lives if it is not to
            have one before its next turn. It fails if the agent did not start, or was stopped.

        Raises:
            AgentNotFoundError: there is none of that name.
        """
        agent = self[name]
        with self._lock:
            known = self._restarts.get(name)
            if known is not None and known.under_way:
                return known.done
            new = Restarting(agent, self._tree, self._pardon, self._system.dispatcher)
            self._restarts[name] = new
            self._stopped.discard(name)
        new.begin()
        return new.done

    def _pardon(self, name: str) -> None:
        """Forget what went wrong. On a worker: it writes the record."""
        board = self._boards[name]
        record = board.record
        if record is None:
            return
        board.record = record = pardoned(record)
        if self._store is None:
            return
        try:
            self._store.save(record)
        except StateDirectoryError as error:  # it is remembered as long as this host lives
            report_error(__name__, "agent_record_not_kept", error, agent=name)

    def stop(self, name: str | None = None) -> Future[Any]:
        """Stop an agent, or all of them for good; `restart` starts one that was stopped again.

        Returns:
            A future, done when their processes are gone.

        Raises:
            AgentNotFoundError: there is none of that name.
        """
        if name is None:
            self._stopped.update(self._agents)
            for board in self._boards.values():  # all at once; the tree ends one after the other
                session = board.session
                if session is not None:
                    session.actor_ref.stop(block=False)
            return self._tree.actor_ref.stop(block=False)
        self[name]
        with self._lock:
            self._stopped.add(name)
            if name in self._restarts:
                self._restarts.pop(name).call_off()
        return self._tree.terminate_child(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop().get()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


def _checked(specs: Iterable[AgentSpec]) -> tuple[AgentSpec, ...]:
    if isinstance(specs, AgentSpec):
        raise TypeError("a fleet takes several agents: put a single one in a list")
    checked, seen = tuple(specs), set[str]()
    for spec in checked:
        require_kind(spec, AgentSpec, "each agent", 'AgentSpec(name="reviewer")')
        if spec.name in seen:
            raise ValueError(f"two agents are called {spec.name!r}; each needs a name of its own")
        seen.add(spec.name)
    return checked


def _at_end(ref: ActorRef[Any], call: Callable[[], object]) -> bool:
    """Have `call()` called when an actor has ended; False if it has."""
    return StopFlag.of(ref).on_end(call, call)


def _innermost(error: BaseException) -> BaseException:
    """Return what kept an agent from starting, and not who told whom of it."""
    while isinstance(error, FailedToStartChild):
        error = error.reason
    return error
