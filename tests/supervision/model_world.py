"""The world in which the model of supervision lives: time, children, and a log of what happens.

Nothing of it is shared with the product. A supervisor of the model is a generator, as a process
of the Erlang machine is a function: it yields the condition it waits for, and receives selectively
by waiting for something else than its next message. `settle` lets everybody go on for as long as
they can, `advance` moves the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

CLEAN = frozenset({"normal", "shutdown", "shutdown_with"})
KILL_GRACE_SECONDS = 2.0
NEVER = float("inf")


@dataclass
class Manner:
    """How the actors behind one id behave from now on.

    `start` is "ok", "ignore", "error", or "stillborn" for an actor that is dead when the
    supervisor gets it; `delay` is how long a start takes. Asked to stop, an actor ends after
    `linger` seconds; asked to die, after `clings` seconds, when it is not fenced before.
    """

    start: str = "ok"
    delay: float = 0.0
    linger: float = 0.0
    clings: float = 0.0


@dataclass(eq=False)
class Alarm:
    """Something that is due once, unless it is cancelled."""

    call: Callable[[], object]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    def ring(self) -> None:
        if not self.cancelled:
            self.call()


@dataclass(eq=False)
class Attempt:
    """A start that may take its time: it gives a life, or a problem, or neither (ignore).

    Nobody may want it any more when it is cancelled; only supervisors hear of that.
    """

    done: bool = False
    life: Life | None = None
    problem: str | None = None
    cancel: Callable[[], object] = lambda: None
    abandoned: bool = False

    def settle(self, life: Life | None = None, problem: str | None = None) -> None:
        self.done, self.life, self.problem = True, life, problem
        if self.abandoned and life is not None:
            life.kill()


class Life:
    """One actor, from its start to its end. `name` is its id and its number under that id."""

    def __init__(self, world: World, name: tuple[str, int]) -> None:
        self.world = world
        self.name = name
        self.alive = True
        self.reason: str | None = None
        self.observers: list[Callable[[Life], object]] = []

    def ask_to_stop(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError

    def end(self, reason: str) -> None:
        if self.alive:
            self.alive, self.reason = False, reason
            for observer in self.observers:
                observer(self)


class Worker(Life):
    """An actor that supervises nobody."""

    def __init__(self, world: World, name: tuple[str, int], manner: Manner) -> None:
        super().__init__(world, name)
        self.manner = manner
        self.stopping = False
        self.dying = False

    def ask_to_stop(self) -> None:
        if self.alive and not self.stopping:
            self.stopping = True
            self.world.log.append(("stop", self.name))
            self._end_in(self.manner.linger, "shutdown")

    def kill(self) -> None:
        if self.alive and not self.dying:
            self.stopping = self.dying = True
            self.world.log.append(("kill", self.name))
            self._end_in(min(self.manner.clings, KILL_GRACE_SECONDS), "killed")

    def end(self, reason: str) -> None:
        if self.alive:
            self.world.log.append(("down", self.name, reason))
        super().end(reason)

    def _end_in(self, seconds: float, reason: str) -> None:
        if seconds == 0:
            self.end(reason)
        elif seconds != NEVER:
            self.world.later(seconds, lambda: self.end(reason))


@dataclass
class Stage:
    """Starts the actors of a test, each as it is told to be, and numbers them."""

    world: World
    manners: dict[str, Manner] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    lives: dict[tuple[str, int], Life] = field(default_factory=dict)

    def manner(self, id_: str) -> Manner:
        return self.manners.setdefault(id_, Manner())

    def starter(self, id_: str) -> Callable[[], Attempt]:
        return lambda: self.start(id_)

    def start(self, id_: str) -> Attempt:
        manner, attempt = self.manner(id_), Attempt()
        self.world.log.append(("start", id_))
        if manner.delay == 0:
            self._finish(attempt, id_, manner)
        else:
            self.world.later(manner.delay, lambda: self._finish(attempt, id_, manner))
        return attempt

    def name(self, id_: str) -> tuple[str, int]:
        self.numbers[id_] = self.numbers.get(id_, 0) + 1
        return (id_, self.numbers[id_])

    def _finish(self, attempt: Attempt, id_: str, manner: Manner) -> None:
        start = manner.start
        if start == "error":
            self.world.log.append(("start_error", id_))
            attempt.settle(problem="error")
        elif start == "ignore":
            self.world.log.append(("ignored", id_))
            attempt.settle()
        else:
            life = Worker(self.world, self.name(id_), manner)
            self.lives[life.name] = life
            self.world.log.append(("up", life.name))
            if start == "stillborn":
                life.end("noproc")
            attempt.settle(life)


class Process:
    """Somebody who goes on whenever what they wait for holds."""

    def __init__(self, steps: Generator[Callable[[], object], None, None]) -> None:
        self.steps = steps
        self.awaited: Callable[[], object] = lambda: True
        self.over = False

    def go_on(self) -> bool:
        if self.over or not self.awaited():
            return False
        try:
            self.awaited = next(self.steps)
        except StopIteration:
            self.over = True
        return True


class World:
    """The clock, the alarms, the processes, the log, and what supervisors report of ends (C6)."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log: list[tuple] = []
        self.reports: list[tuple] = []
        self._agenda: list[tuple[float, int, Alarm]] = []
        self._order = count()
        self._processes: list[Process] = []

    def later(self, seconds: float, call: Callable[[], object]) -> Alarm:
        alarm = Alarm(call)
        heappush(self._agenda, (self.now + max(0.0, seconds), next(self._order), alarm))
        return alarm

    def spawn(self, steps: Generator[Callable[[], object], None, None]) -> None:
        self._processes.append(Process(steps))

    def settle(self) -> None:
        while self._ring_next(self.now) or self._go_on():
            self._processes = [one for one in self._processes if not one.over]

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        self.settle()
        while self._agenda and self._agenda[0][0] <= end:
            self.now = max(self.now, self._agenda[0][0])
            self.settle()
        self.now = end

    def _go_on(self) -> bool:
        went_on = [one.go_on() for one in self._processes]
        return any(went_on)

    def _ring_next(self, moment: float) -> bool:
        if not self._agenda or self._agenda[0][0] > moment:
            return False
        heappop(self._agenda)[2].ring()
        return True
