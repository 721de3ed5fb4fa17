"""Starts processes and keeps account of them."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol, final

from greenroom.runtime.errors import ActorError
from greenroom.runtime.process.child import Child
from greenroom.runtime.process.exit_watch import choose_exit_watch
from greenroom.runtime.process.fork_guard import let_go_after_fork
from greenroom.runtime.process.launch import launch
from greenroom.runtime.process.pipe_reader import READ_BYTES
from greenroom.runtime.process.platform_check import check_platform
from greenroom.runtime.process.spawn_error import SpawnError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.exit_watch import ExitWatch
    from greenroom.runtime.process.handler import ChildHandler
    from greenroom.runtime.process.leader import Leader
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["DirectSpawner", "Spawner"]

_CLOSE_SECONDS: Final = 1.5
_POLL_SECONDS: Final = 0.002


class Spawner(Protocol):
    """The seam where processes come from. Thread-safe."""

    def spawn(self, spec: SpawnSpec, handler: ChildHandler) -> Child:
        """Have `spec` started and return at once; `handler` hears how it goes, later.

        Errors of the start come to `handler.on_spawn_failed`.

        Raises:
            DispatcherClosed: nobody is left to tell the handler.
        """

    def close(self) -> None:
        """Start nothing more, and kill and reap all that runs; bounded in time, idempotent.

        For the end of the host, from whatever thread. Stopping in an orderly way is for the
        owners of the children, before.
        """


@final
class DirectSpawner:
    """A `Spawner` whose processes are children of this very process.

    Each leads a session and a process group of its own, and is killed with that group. What left
    the group (`setsid`) is out of reach, and so is everything once the host is killed.

    Args:
        dispatcher: where handlers are called.
        watch_of: makes the exit watch for a pid; by default the best that the system offers.

    Raises:
        UnsupportedPlatform: see `check_platform`.
    """

    def __init__(
        self, dispatcher: Dispatcher, *, watch_of: Callable[[int], ExitWatch] | None = None
    ) -> None:
        check_platform()
        self._dispatcher = dispatcher
        self._watch_of = watch_of or choose_exit_watch()
        self._buffer = bytearray(READ_BYTES)
        self._children: set[Child] = set()
        self._closed = threading.Event()
        self._launching = 0
        self._launched = threading.Condition()
        self._host = os.getpid()
        let_go_after_fork(self)

    def spawn(self, spec: SpawnSpec, handler: ChildHandler) -> Child:
        """See `Spawner`."""
        child = Child(spec, handler, self._dispatcher, self._buffer, self._children.discard)
        self._children.add(child)
        try:
            self._dispatcher.run_in_worker(self._launch, child, then=child.started)
        except ActorError:
            self._children.discard(child)
            raise
        return child

    def close(self) -> None:
        """See `Spawner`. Takes 1.5 s at most. In a forked copy of the host it does nothing."""
        if os.getpid() != self._host:
            return
        self._closed.set()
        deadline = time.monotonic() + _CLOSE_SECONDS
        with self._launched:
            self._launched.wait_for(lambda: not self._launching, _CLOSE_SECONDS)
        leaders = [child.leader for child in tuple(self._children) if child.leader is not None]
        for leader in leaders:
            leader.kill_tree()
        for leader in leaders:
            while not leader.has_ended() and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            if leader.has_ended():
                leader.reap()

    def disown(self) -> None:
        """Close all pipes in a forked copy of the host."""
        for child in tuple(self._children):
            child.disown()

    def _launch(self, child: Child) -> Leader:
        with self._counted():
            if self._closed.is_set() or not child.is_wanted:
                raise SpawnError.aborted(child.spec)
            # On record before anybody else can know of it: `close` must find it.
            child.leader = leader = launch(child.spec, self._watch_of)
            if self._closed.is_set():  # `close` did not wait that long
                leader.destroy()
                raise SpawnError.aborted(child.spec)
        return leader

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._launched:
            self._launching += 1
        try:
            yield
        finally:
            with self._launched:
                self._launching -= 1
                self._launched.notify_all()
