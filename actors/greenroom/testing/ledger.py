# ruff: noqa: PTH115, PTH118, PTH208 - os is many times faster than pathlib, and this runs per test
"""What a test may leave behind and must not: processes, descriptors, threads, actors, files.

Take a snapshot before, then ask it what came to stay::

    before = Ledger.snapshot()
    ...
    before.check()  # raises LeakError, which lists each leak
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from greenroom.testing import ledger_processes as processes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["RUN_MARK", "HasActors", "Leak", "LeakError", "Ledger"]

RUN_MARK = "GREENROOM_RUN"
"""Variable that marks the processes of one run; set, its value finds orphans of this run."""

_TEMP_PREFIX = "greenroom-"
_LINUX = sys.platform == "linux"
_DESCRIPTORS = "/proc/self/fd" if _LINUX else "/dev/fd"
_LONGEST_PAUSE_SECONDS = 0.05


class HasActors(Protocol):
    """A dispatcher, as far as the ledger needs it."""

    def live_actors(self) -> Iterable[Any]:
        """The actors that run on it."""


@dataclass(frozen=True)
class Leak:
    """One thing that is there and was not.

    Attributes:
        kind: ``process``, ``descriptor``, ``thread``, ``actor`` or ``file``.
        text: which one, for people.
    """

    kind: str
    text: str


class LeakError(AssertionError):
    """Something was left behind.

    Attributes:
        leaks: each of them.
    """

    def __init__(self, leaks: tuple[Leak, ...]) -> None:
        lines = "\n".join(f"  {leak.kind}: {leak.text}" for leak in leaks)
        super().__init__(f"{len(leaks)} left behind:\n{lines}")
        self.leaks = leaks


@dataclass(frozen=True)
class Ledger:
    """What there was at one moment.

    Attributes:
        pids: every process of the machine, to tell new ones.
        descendants: of this process, zombies included.
        descriptors: open file descriptors with what they lead to.
        threads: of this process; those started outside of Python are not seen.
        actors: live actors of the given dispatchers and of pykka's own registry.
        files: temporary files and directories named ``greenroom-*``.
        marks: ``NAME=value`` texts in the environment of processes that count as ours even when
            their ancestry is cut.
        dispatchers: whose actors are counted.
    """

    pids: frozenset[int]
    descendants: frozenset[int]
    descriptors: frozenset[tuple[int, str]]
    threads: frozenset[threading.Thread]
    actors: frozenset[str]
    files: frozenset[str]
    marks: tuple[str, ...] = ()
    dispatchers: tuple[HasActors, ...] = field(default=(), compare=False)

    @classmethod
    def snapshot(
        cls, *, marks: Collection[str] = (), dispatchers: Iterable[HasActors] = ()
    ) -> Ledger:
        """Look at everything; takes about half a millisecond on Linux.

        ``marks`` adds to the mark of this run, the value of ``GREENROOM_RUN`` when it is set.
        """
        run = os.environ.get(RUN_MARK)
        every_mark = (*marks, f"{RUN_MARK}={run}") if run else tuple(marks)
        watched = tuple(dispatchers)
        return cls(
            pids=processes.all_pids(),
            descendants=processes.descendants(os.getpid()),
            descriptors=_descriptors(),
            threads=_threads(),
            actors=_actors(watched),
            files=_temporary_files(),
            marks=tuple(dict.fromkeys(every_mark)),
            dispatchers=watched,
        )

    def diff(self, after: Ledger) -> tuple[Leak, ...]:
        """What there is in ``after`` and was not in this one."""
        found = [
            *_process_leaks(self, after),
            *(
                Leak("descriptor", f"{number} -> {target}")
                for number, target in sorted(after.descriptors - self.descriptors)
            ),
            *(
                Leak("thread", f"{thread.name}{' (daemon)' if thread.daemon else ''}")
                for thread in after.threads - self.threads
                if thread.is_alive()
            ),
            *(Leak("actor", name) for name in sorted(after.actors - self.actors)),
            *(Leak("file", path) for path in sorted(after.files - self.files)),
        ]
        return tuple(found)

    def settle(self, timeout_seconds: float = 2.0) -> tuple[Leak, ...]:
        """Wait until nothing is left behind; return what still is after the timeout.

        What only the garbage collector can close is collected first.
        """
        deadline = time.monotonic() + timeout_seconds
        pause = 0.0005
        leaks = self._leaks_now()
        if leaks:
            gc.collect()
            leaks = self._leaks_now()
        while leaks and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            leaks = self._leaks_now()
        return leaks

    def check(self, timeout_seconds: float = 2.0) -> None:
        """Settle, and complain about what is left.

        Raises:
            LeakError: it lists each leak.
        """
        leaks = self.settle(timeout_seconds)
        if leaks:
            raise LeakError(leaks)

    def _leaks_now(self) -> tuple[Leak, ...]:
        return self.diff(Ledger.snapshot(marks=self.marks, dispatchers=self.dispatchers))


def _process_leaks(before: Ledger, after: Ledger) -> list[Leak]:
    ours = after.descendants - before.descendants
    strangers = after.pids - before.pids - ours
    ours |= frozenset(processes.carries_mark(strangers, before.marks))
    texts = (processes.describe(pid) for pid in sorted(ours))
    return [Leak("process", text) for text in texts if text is not None]


def _descriptors() -> frozenset[tuple[int, str]]:
    found = []
    for name in os.listdir(_DESCRIPTORS):
        try:
            found.append((int(name), _target(int(name))))
        except OSError:  # the descriptor of this very listing
            continue
    return frozenset(found)


def _target(number: int) -> str:
    if _LINUX:
        return os.readlink(f"{_DESCRIPTORS}/{number}")
    status = os.fstat(number)
    return f"mode {status.st_mode:o} device {status.st_dev} inode {status.st_ino}"


def _threads() -> frozenset[threading.Thread]:
    return frozenset(
        thread for thread in threading.enumerate() if not thread.name.startswith("Dummy-")
    )


def _actors(dispatchers: tuple[HasActors, ...]) -> frozenset[str]:
    names = [repr(ref) for dispatcher in dispatchers for ref in dispatcher.live_actors()]
    pykka = sys.modules.get("pykka")
    if pykka is not None:
        names += [repr(ref) for ref in pykka.ActorRegistry.get_all()]
    return frozenset(names)


def _temporary_files() -> frozenset[str]:
    directory = tempfile.gettempdir()
    return frozenset(
        os.path.join(directory, name)
        for name in os.listdir(directory)
        if name.startswith(_TEMP_PREFIX)
    )
