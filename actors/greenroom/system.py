"""The system: everything that runs, under one roof.

A system owns the dispatcher, the way processes are started, and every session made with it. Nothing
runs at import; the module-level :func:`ask` uses a default system that is made at first use and
closed at exit.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, Unpack

import pykka

from greenroom.backends.claude import ClaudeBackend
from greenroom.runtime import ActorRef, Dispatcher, LoopDispatcher
from greenroom.runtime.process import DirectSpawner, StopLadder, check_platform
from greenroom.session import Session
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board
from greenroom.session.fan import Fan
from greenroom.session.messages import Warm
from greenroom.session.setup import Setup
from greenroom.turn import Stream, Turn
from greenroom.values.configuration import load_configuration
from greenroom.values.deadlines import DEFAULT_DEADLINES, Deadlines
from greenroom.values.errors import SessionStoppedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from greenroom.backends.base import Backend, Prompt
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["System", "ask", "default_system"]

_CLOSE_MARGIN_SECONDS = 5.0
_EXIT_SECONDS = 3.0


class System:
    """Dispatcher, process ownership and sessions, with one life.

    Use it as a context manager, or call :meth:`close`. All methods are thread-safe.
    """

    def __init__(
        self,
        *,
        backend: Backend | None = None,
        configuration: Mapping[str, Any] | None = None,
        ladder: StopLadder | None = None,
        dispatcher: Dispatcher | None = None,
    ) -> None:
        """Create a system; no process is started.

        Args:
            backend: the CLI its sessions talk to; Claude Code by default.
            configuration: option defaults; read from the configuration files by default.
            ladder: how processes are stopped.
            dispatcher: where its actors run; a thread of its own by default.

        Raises:
            UnsupportedPlatform: this operating system is not supported.
            ConfigurationError: a configuration file cannot be read.
        """
        check_platform()
        self._backend: Backend = ClaudeBackend() if backend is None else backend
        self._configuration = load_configuration() if configuration is None else configuration
        self._ladder = StopLadder() if ladder is None else ladder
        self._dispatcher = LoopDispatcher() if dispatcher is None else dispatcher
        self._spawner = DirectSpawner(self._dispatcher)
        self._lock = threading.Lock()
        self._singles: Session | None = None
        self._closed = False
        _open_systems.add(self)
        _close_all_at_exit()

    # --- sessions -----------------------------------------------------------------------------

    def session(
        self,
        *,
        parallel: bool = False,
        max_parallel: int | None = None,
        warm: bool = False,
        deadlines: Deadlines = DEFAULT_DEADLINES,
        **options: Unpack[OptionsDict],
    ) -> Session:
        """Make a session. No process is started before its first turn, unless `warm`.

        Args:
            parallel: every query gets a process of its own, from a copy of the conversation that
                the options name, or from none.
            max_parallel: how many of them may run at a time; twice the number of cores by default.
            warm: start the process and do the handshake now.
            deadlines: clocks of its turns.
            options: see docs/options.md; they win over the configuration files.

        Raises:
            LocalProtocolError: an option is unknown, has a wrong value or contradicts another.
            ValueError: `max_parallel` is less than one, or `warm` goes with `parallel`.
            SessionStoppedError: the system was closed.
        """
        if self._closed:
            raise SessionStoppedError("the system was closed; make another to ask more")
        if warm and parallel:
            raise ValueError("a parallel session has no process to warm: each query has its own")
        checked = self._backend.check(self._configuration, options)
        width = _width() if max_parallel is None else max_parallel
        if width < 1:
            raise ValueError(f"max_parallel must be 1 or more, not {max_parallel!r}")
        setup = Setup(self._backend, checked, self._spawner, self._ladder, width)
        board, background = Board(), Stream()
        kind = Fan if parallel else SessionActor
        actor: ActorRef[Any] = kind.start(
            setup, board=board, background=background, dispatcher=self._dispatcher
        )
        if warm:
            actor.tell(Warm())
        return Session(
            actor,
            backend=self._backend,
            options=checked,
            board=board,
            background=background,
            deadlines=deadlines,
            parallel=parallel,
        )

    def ask(
        self,
        prompt: Prompt,
        *,
        deadlines: Deadlines | None = None,
        **options: Unpack[OptionsDict],
    ) -> Turn:
        """Ask one question in a process and conversation of its own; returns at once."""
        with self._lock:
            if self._singles is None:
                self._singles = self.session(parallel=True)
            singles = self._singles
        return singles.ask(prompt, deadlines=deadlines, **options)

    # --- the end ----------------------------------------------------------------------------------

    @property
    def dispatcher(self) -> Dispatcher:
        """Where the actors run; give it to actors of your own."""
        return self._dispatcher

    @property
    def closed(self) -> bool:
        """Whether the system was closed."""
        return self._closed

    def close(self, timeout: float | None = None) -> None:
        """Stop every session, wait until all processes are reaped, and end the dispatcher.

        Bounded: by `timeout` seconds, else by the stop ladder. What is not down by then is killed.
        Idempotent.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
        _open_systems.discard(self)
        if timeout is None:
            timeout = self._ladder.total(busy=False) + _CLOSE_MARGIN_SECONDS
        deadline = time.monotonic() + timeout
        refs = [
            ref
            for ref in self._dispatcher.live_actors()
            if issubclass(ref.actor_class, (SessionActor, Fan))
        ]
        for future in [ref.stop(block=False) for ref in refs]:
            with suppress(pykka.Timeout):
                future.get(timeout=max(0.0, deadline - time.monotonic()))
        self._spawner.close()
        self._dispatcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


_open_systems: weakref.WeakSet[System] = weakref.WeakSet()
_default: System | None = None
_default_lock = threading.Lock()
_exit_hook = threading.Event()


def default_system() -> System:
    """Return the default system, making it when there is none or it was closed."""
    global _default  # noqa: PLW0603 - the one default, made at first use
    with _default_lock:
        if _default is None or _default.closed:
            _default = System()
        return _default


def ask(
    prompt: Prompt, *, deadlines: Deadlines | None = None, **options: Unpack[OptionsDict]
) -> Turn:
    """Ask one question through the default system; see :meth:`System.ask`."""
    return default_system().ask(prompt, deadlines=deadlines, **options)


def _width() -> int:
    return 2 * (os.cpu_count() or 1)


def _close_all_at_exit() -> None:
    if not _exit_hook.is_set():
        _exit_hook.set()
        atexit.register(_close_all)


def _close_all() -> None:
    for system in list(_open_systems):
        system.close(_EXIT_SECONDS)
