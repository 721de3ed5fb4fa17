"""Starts processes and keeps account of them."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, final

from greenroom.runtime.errors import ActorError
from greenroom.runtime.process.best_launcher import BestLauncher
from greenroom.runtime.process.child import Child
from greenroom.runtime.process.congestion import Congestion
from greenroom.runtime.process.fork_guard import let_go_after_fork
from greenroom.runtime.process.pipe_reader import READ_BYTES
from greenroom.runtime.process.platform_check import check_platform
from greenroom.runtime.process.spawn_error import SpawnError, SpawnFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenroom.runtime.dispatcher import Dispatcher
    from greenroom.runtime.process.containment import Containment
    from greenroom.runtime.process.handler import ChildHandler
    from greenroom.runtime.process.launcher import Launcher
    from greenroom.runtime.process.leader import Leader
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["LocalSpawner", "Spawner"]

_CLOSE_SECONDS: Final = 1.5
_PATIENCE_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.002


class Spawner(Protocol):
    """The seam where processes come from. Thread-safe."""

    def spawn(self, spec: SpawnSpec, handler: ChildHandler) -> Child:
        """Have `spec` started and return at once; `handler` hears how it goes, later.

        Errors of the start come to `handler.on_spawn_failed`.

        Raises:
            DispatcherClosed: nobody is left to tell the handler.
        """

    @property
    def containment(self) -> Containment:
        """How much of what a process starts ends with it."""

    def close(self) -> None:
        """Start nothing more, and kill and reap all that runs; bounded in time, idempotent.

        For the end of the host, from whatever thread. Stopping in an orderly way is for the
        owners of the children, before.
        """


@final
class LocalSpawner:
    """A `Spawner` of processes on this machine.

    A start that the system has no room for waits for room: see `Congestion`.

    Args:
        dispatcher: where handlers are called.
        launcher: how processes are started; by default in the best containment there is.
        patience: seconds that a start may wait for room.

    Raises:
        UnsupportedPlatform: see `check_platform`.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        launcher: Launcher | None = None,
        *,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        check_platform()
        self._dispatcher = dispatcher
        self._launcher: Launcher = BestLauncher() if launcher is None else launcher
        self._congestion = Congestion(dispatcher, self._start_again, patience)
        self._buffer = bytearray(READ_BYTES)
        self._children: set[Child] = set()
        self._closed = threading.Event()
        self._launching = 0
        self._launched = threading.Condition()
        self._host = os.getpid()
        let_go_after_fork(self)

    @property
    def containment(self) -> Containment:
        """See `Spawner`."""
        return self._launcher.containment

    def spawn(self, spec: SpawnSpec, handler: ChildHandler) -> Child:
        """See `Spawner`."""
        child = Child(spec, handler, self._dispatcher, self._buffer, self._gone)
        self._children.add(child)
        try:
            self._start(child)
        except ActorError:
            self._children.discard(child)
            raise
        return child

    def close(self) -> None:
        """See `Spawner`. In a forked copy of the host it does nothing.

        Takes 4 s at most, and 10 more while a warden is just being started.
        """
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
        self._launcher.close()

    def disown(self) -> None:
        """Close all pipes in a forked copy of the host."""
        self._launcher.disown()
        for child in tuple(self._children):
            child.disown()
            if child.leader is not None:
                child.leader.disown()

    def _start(self, child: Child) -> None:
        self._dispatcher.run_in_worker(self._launch, child, then=partial(self._started, child))

    def _start_again(self, child: Child) -> None:
        try:
            self._start(child)
        except ActorError:  # the dispatcher is closing
            child.started(None, SpawnError.aborted(child.spec))

    def _started(self, child: Child, leader: Leader | None, error: BaseException | None) -> None:
        if isinstance(error, SpawnError) and error.fault is SpawnFault.NO_RESOURCES:
            self._congestion.enter(child, error)
        else:
            self._congestion.leave(child)
            child.started(leader, error)

    def _gone(self, child: Child) -> None:
        self._children.discard(child)
        self._congestion.relieve()

    def _launch(self, child: Child) -> Leader:
        with self._counted():
            if self._closed.is_set() or not child.is_wanted:
                raise SpawnError.aborted(child.spec)
            try:
                # On record before anybody else can know of it: `close` must find it.
                child.leader = leader = self._launcher.launch(child.spec)
            except SpawnError:
                if self._closed.is_set():
                    raise SpawnError.aborted(child.spec) from None
                raise
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
