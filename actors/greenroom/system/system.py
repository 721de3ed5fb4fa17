"""The system: everything that runs, under one roof.

A system owns the dispatcher, the way processes are started, and every session made with it. Nothing
runs at import.
"""

from __future__ import annotations

import math
import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from greenroom.runtime import Dispatcher, LoopDispatcher
from greenroom.runtime.crew import Crew
from greenroom.runtime.event_stream import EventStream
from greenroom.runtime.process import (
    BestLauncher,
    Containment,
    LocalSpawner,
    StopLadder,
    check_platform,
)
from greenroom.session.answering import Answering
from greenroom.session.resumption import NO_PAST, Past
from greenroom.system import open_systems
from greenroom.system.attendance import attend
from greenroom.system.closable import Closable
from greenroom.system.closing import Closing
from greenroom.system.query import sort_query
from greenroom.system.session_factory import SessionFactory
from greenroom.values.backlog import DEFAULT_BACKLOG, Backlog
from greenroom.values.deadlines import DEFAULT_DEADLINES, Deadlines
from greenroom.values.errors import SessionStoppedError
from greenroom.values.kind import require_kind
from greenroom.values.recovery import DEFAULT_RECOVERY, Recovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from greenroom.backends.base import Backend, Prompt
    from greenroom.hooks import Hooks
    from greenroom.mcp import McpConnection, Restarts
    from greenroom.permissions import Prompter
    from greenroom.runtime import ActorRef
    from greenroom.runtime.registry import Registry
    from greenroom.runtime.supervision import ChildSpec, Supervisor
    from greenroom.runtime.supervision.flags import SupervisorFlags
    from greenroom.session import Session
    from greenroom.system.query import QueryDict
    from greenroom.turn import Turn
    from greenroom_protocol.claude.options import McpServerConfig, OptionsDict, StrPath

__all__ = ["System"]

T = TypeVar("T")


class System(Closable):
    """Dispatcher, process ownership and sessions, with one life.

    Use it as a context manager, ``with`` or ``async with``, or call :meth:`close`. What is open
    when the program ends is closed then, within some 3 seconds. All methods are thread-safe.
    """

    def __init__(
        self,
        *,
        backend: Backend | None = None,
        configuration: Mapping[str, Any] | None = None,
        ladder: StopLadder | None = None,
        dispatcher: Dispatcher | None = None,
        max_parallel: int | None = None,
        backlog: Backlog = DEFAULT_BACKLOG,
        containment: Containment | None = None,
    ) -> None:
        """Create a system; no process is started, unless a containment is required.

        Args:
            backend: the CLI its sessions talk to; Claude Code by default.
            configuration: option defaults; read from the configuration files by default.
            ladder: how processes are stopped.
            dispatcher: where its actors run; a thread of its own by default.
            max_parallel: how many processes :meth:`ask` may have at a time, and each parallel
                session by default; twice the number of cores when not given.
            backlog: what becomes of frames while nobody reads them, by default.
            containment: the weakest that will do. By default the best that can be had is used,
                whatever it is; see :attr:`containment`.

        Raises:
            ContainmentError: the containment that is required cannot be had here.
            TypeError: `max_parallel` is not an int, or `backlog` no `Backlog`.
            ValueError: it is less than one.
            UnsupportedPlatform: this operating system is not supported.
            ConfigurationError: a configuration file cannot be read.
            SessionStoppedError: the program is ending; nobody would close it any more.
        """
        check_platform()
        open_systems.require_running_program()
        require_kind(backlog, Backlog, "backlog", 'Backlog(overflow="pause")')
        self._width = 2 * (os.cpu_count() or 1) if max_parallel is None else _width(max_parallel)
        backend = _default_backend() if backend is None else backend
        self._backend = backend
        configuration = _configured() if configuration is None else configuration
        self._ladder = StopLadder() if ladder is None else ladder
        launcher = BestLauncher(None if containment is None else Containment(containment))
        self._dispatcher = LoopDispatcher() if dispatcher is None else dispatcher
        self._spawner = LocalSpawner(self._dispatcher, launcher)
        self._lock = threading.Lock()
        self._singles: Session | None = None
        crew = Crew()
        self._closing = Closing(self._dispatcher, self._spawner, self._ladder, crew)
        self._events = EventStream()
        self._registry: Registry | None = None
        self._sessions = SessionFactory(
            backend=backend,
            configuration=configuration,
            dispatcher=self._dispatcher,
            spawner=self._spawner,
            ladder=self._ladder,
            crew=crew,
            backlog=backlog,
            width=self._width,
            events=self._events,
            registry=lambda: self.registry,
        )
        open_systems.enter(self)

    # --- sessions -----------------------------------------------------------------------------

    def session(
        self,
        *,
        label: str | None = None,
        parallel: bool = False,
        max_parallel: int | None = None,
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
        **options: Unpack[OptionsDict],
    ) -> Session:
        """Make a session. No process is started before its first turn, unless `warm`.

        Args:
            label: its name in `registry`, for as long as it lives, and in events.
            parallel: every query gets a process of its own, from a copy of the conversation that
                the options name, or from none.
            max_parallel: how many of them may run at a time; the system's by default.
            warm: start the process and do the handshake now.
            deadlines: clocks of its turns.
            backlog: what becomes of its frames while nobody reads them; the system's by default.
            hooks: callbacks by the event that calls them, see docs/hooks.md.
            permissions: decides which tools may run: a function or a `Policy`, see
                docs/permissions.md. Without it, and without a prompter, none that needs a
                permission runs.
            prompter: whom the CLI's questions to people go to, and what `permissions` leaves open.
            tool_state: handed to tools of this session by their `ToolContext`.
            recovery: what it does about processes that it loses.
            idle_seconds: how long a process may have nothing to do before it is ended; the next
                turn starts another one, which goes on with the conversation.
            past: what is known of it from an earlier life, so that it goes on from there.
            observer: an actor that is told all that `events` has of this session.
            options: see docs/options.md; they win over the configuration files. Among the
                `mcp_servers` may be tools of this program, see docs/tools.md.

        Callbacks run on threads of their own, or on the event loop that runs here.

        Raises:
            LocalProtocolError: an option is unknown, has a wrong value or contradicts another.
            TypeError: `deadlines` is no `Deadlines`, `backlog` no `Backlog`, `recovery` no
                `Recovery`, `max_parallel` no int, or a callback none.
            ValueError: `max_parallel` is less than one, `idle_seconds` is not above 0, or `warm`
                goes with `parallel`.
            AlreadyStarted: the label is taken.
            SessionStoppedError: the system was closed.
        """
        if self._closing.begun:
            raise SessionStoppedError("the system was closed; make another to ask more")
        if warm and parallel:
            raise ValueError("a parallel session has no process to warm: each query has its own")
        if idle_seconds is not None and not 0 < idle_seconds < math.inf:
            raise ValueError(f"idle_seconds must be a positive number, not {idle_seconds!r}")
        return self._sessions.make(
            options,
            label=label,
            parallel=parallel,
            width=None if max_parallel is None else _width(max_parallel),
            warm=warm,
            deadlines=deadlines,
            backlog=backlog,
            hooks=hooks,
            permissions=permissions,
            prompter=prompter,
            tool_state=tool_state,
            recovery=recovery,
            idle_seconds=idle_seconds,
            past=past,
            observer=observer,
        )

    @overload
    def ask(self, prompt: Prompt, *, returns: type[T], **query: Unpack[QueryDict]) -> Turn[T]: ...
    @overload
    def ask(
        self, prompt: Prompt, *, returns: Any = None, **query: Unpack[QueryDict]
    ) -> Turn[Any]: ...
    def ask(self, prompt: Prompt, *, returns: Any = None, **query: Unpack[QueryDict]) -> Turn[Any]:
        """Ask one question in a process and conversation of its own; returns at once.

        At most `max_parallel` of the system run at a time, the others wait.

        Args:
            prompt: text, or content blocks in the CLI's own form.
            returns: the type, or the JSON Schema, of the structured output: the result has it as
                ``value``.
            query: the arguments of :meth:`session` and :meth:`Session.ask`: `repairs`,
                `idempotent`, `deadlines`, `backlog`, `hooks`, `permissions`, `prompter`,
                `tool_state`, and any option.

        Raises:
            LocalProtocolError: an option is unknown, has a wrong value or contradicts another.
            TypeError: an argument is of another kind than it must be.
            ValueError: `repairs` is negative.
            SessionStoppedError: the system was closed.
        """
        own, options = sort_query(query)
        deadlines, backlog = own.pop("deadlines", None), own.pop("backlog", None)
        answering = Answering(returns, own.pop("repairs", 1))
        idempotent = own.pop("idempotent", False)
        callbacks, given = attend(
            self._backend, options, **own, deadlines=deadlines or DEFAULT_DEADLINES
        )
        with self._lock:
            if self._singles is None:
                self._singles = self.session(parallel=True)
            singles = self._singles
        return singles.submit(
            prompt,
            given,
            answering,
            deadlines=deadlines,
            backlog=backlog,
            parallel=True,
            idempotent=idempotent,
            callbacks=callbacks,
        )

    # --- supervision --------------------------------------------------------------------------

    def supervise(
        self, children: Iterable[ChildSpec] = (), **flags: Unpack[SupervisorFlags]
    ) -> Supervisor:
        """Start a supervisor among the actors of this system; its reports go to `events`.

        It may have any actors for children, sessions of this system among them. Closing the
        system ends it before it could miss them.

        Args:
            children: what it keeps up, in order; more may come later.
            flags: as for :meth:`greenroom.Supervisor.start`.

        Raises:
            BadChildSpec: a child or a flag cannot be followed.
            FailedToStartChild: a child did not start; those before it are down again.
            SessionStoppedError: the system was closed.
        """
        from greenroom.runtime.supervision import Supervisor  # noqa: PLC0415 - few programs supervise

        if self._closing.begun:
            raise SessionStoppedError("the system was closed; make another to supervise in")
        return Supervisor.start(children, events=self._events, dispatcher=self._dispatcher, **flags)

    # --- servers ------------------------------------------------------------------------------

    def mcp(
        self,
        name: str,
        config: McpServerConfig,
        *,
        cwd: StrPath | None = None,
        restarts: Restarts | None = None,
        start_seconds: float = 30.0,
        call_seconds: float = 60.0,
    ) -> McpConnection:
        """Connect to an MCP server without a CLI; it is started meanwhile, and kept running.

        Args:
            name: what it is called in errors and records.
            config: a `StdioServer`, `HttpServer` or `SseServer`, as for ``mcp_servers``.
            cwd: where the process of a `StdioServer` works; the current directory by default.
            restarts: how often it is started again when it goes down.
            start_seconds: how long its handshake may take.
            call_seconds: how long a call may take when neither it nor `config` says so.

        Raises:
            TypeError: `config` is none of the three.
            McpPackageMissing: a server behind an address needs the extra ``greenroom[mcp]``.
            ValueError: a time is not above 0.
            SessionStoppedError: the system was closed.
        """
        from greenroom.mcp import Restarts  # noqa: PLC0415 - few systems have servers
        from greenroom.mcp.connecting import connect  # noqa: PLC0415 - see above
        from greenroom.mcp.messages import HastenMcp  # noqa: PLC0415 - see above

        if self._closing.begun:
            raise SessionStoppedError("the system was closed; make another to connect to servers")
        connection = connect(
            self._dispatcher,
            self._spawner,
            self._ladder,
            name,
            config,
            cwd=cwd,
            restarts=Restarts() if restarts is None else restarts,
            start_seconds=start_seconds,
            call_seconds=call_seconds,
        )
        self._closing.adopt(connection.actor_ref, HastenMcp)
        return connection

    # --- its parts --------------------------------------------------------------------------------

    @property
    def dispatcher(self) -> Dispatcher:
        """Where the actors run; give it to actors of your own."""
        return self._dispatcher

    @property
    def registry(self) -> Registry:
        """The names of its sessions, and of whatever else is registered; thread-safe."""
        with self._lock:
            if self._registry is None:
                from greenroom.runtime.registry import Registry  # noqa: PLC0415 - few names are given

                self._registry = Registry()
            return self._registry

    @property
    def events(self) -> EventStream:
        """What happens in the lives of its sessions, for any actor to subscribe to.

        See :mod:`greenroom.session.events` for what there is.
        """
        return self._events

    @property
    def containment(self) -> Containment:
        """How much of what an agent starts can be ended with it, here and now.

        Certain once a process was started, or when a containment was required; before that, what
        the platform promises.
        """
        return self._spawner.containment

    def unfinished_turns(self) -> tuple[str, ...]:
        """Return the ids of all turns, waiting ones included, that have no outcome yet."""
        return self._sessions.unfinished.ids()

    def _leave(self) -> None:
        if self.closed:
            open_systems.leave(self)


def _width(max_parallel: int) -> int:
    if isinstance(max_parallel, bool) or not isinstance(max_parallel, int):
        raise TypeError(f"max_parallel must be an int, not {max_parallel!r}")
    if max_parallel < 1:
        raise ValueError(f"max_parallel must be 1 or more, not {max_parallel!r}")
    return max_parallel


# Claude Code's wire is half of all there is to import: a system loads it when it is the one that
# is spoken, and an `import` of this module does not.


def _default_backend() -> Backend:
    from greenroom.backends.claude import ClaudeBackend  # noqa: PLC0415 - see above

    return ClaudeBackend()


def _configured() -> Mapping[str, Any]:
    from greenroom.values.configuration import load_configuration  # noqa: PLC0415 - see above

    return load_configuration()
