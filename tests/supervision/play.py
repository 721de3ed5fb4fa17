"""A play: what a test does to a supervisor, in words that the model and the product both know.

`ModelPlay` plays on the model, `RealPlay` (in `real_play`) on the product, under a manual
dispatcher. Both keep the same log: "start" an id, then "up" as a numbered life, or "start_error",
or "ignored"; "stop" and "kill" a life; a life is "down", and why. Lives are named by their id and
their number under it: ("a", 2) is what came of the first restart of "a".

Nobody acts before `run` or `advance`, so what is done between two of them comes in one go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from tests.supervision.model_dynamic import ModelDynamicSupervisor
from tests.supervision.model_supervisor import Answer, ModelSupervisor, Spec
from tests.supervision.model_world import Attempt, Manner, Stage, World

if TYPE_CHECKING:
    from collections.abc import Callable

Name = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Role:
    """A child spec in neutral words; with a `cast` it is a supervisor of these."""

    id: str
    restart: str = "permanent"
    shutdown: float | str | None = None
    significant: bool = False
    cast: tuple[Role, ...] | None = None
    flags: tuple[tuple[str, Any], ...] = ()

    @property
    def type(self) -> str:
        return "worker" if self.cast is None else "supervisor"

    @property
    def patience(self) -> float | str:
        """How long its supervisor waits for its end, with the defaults of A1."""
        if self.shutdown is not None:
            return self.shutdown
        return 5.0 if self.cast is None else "infinity"


class Request(Answer):
    """A request that is yet to be made, and then its answer."""

    def __init__(self, make: Callable[[], Answer]) -> None:
        self._make = make
        self._answer: Answer | None = None

    def make(self) -> None:
        self._answer = self._make()

    @property
    def value(self) -> tuple | None:
        return None if self._answer is None else self._answer.value


class Play(ABC):
    """One supervisor, its children, and the hand of the test.

    What is done to children and asked for comes with the next `run` or `advance`: news of ends
    reach the supervisor before requests, or after them if `requests_first`; a stop comes last,
    and overtakes both.
    """

    log: list[tuple]
    reports: list[tuple]
    """Which ends of children were reported, and for whom supervisors gave up (C6)."""

    def __init__(self) -> None:
        self._strokes: list[Callable[[], object]] = []
        self._requests: list[Request] = []
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing behind."""
        self.log.clear()

    @abstractmethod
    def behave(self, id_: str, **manner: Any) -> None:
        """Have what is started as `id_` from now on behave so; see `Manner`."""

    @abstractmethod
    def boot(self, *roles: Role, **flags: Any) -> Answer:
        """Start a supervisor; `pauses` are those before retries, see `Pauses`."""

    @abstractmethod
    def boot_dynamic(self, **flags: Any) -> Answer:
        """Start a dynamic supervisor."""

    @abstractmethod
    def reason(self) -> str | None:
        """Why the supervisor has ended, or None."""

    def end(self, name: Name, reason: str) -> None:
        """Have a child end by itself: "normal", "shutdown", "shutdown_with", "crash"."""
        self._strokes.append(partial(self._end, name, reason))

    def stop_by_hand(self, name: Name) -> None:
        """Stop a child past its supervisor."""
        self._strokes.append(partial(self._stop_by_hand, name))

    def ask(self, request: str, *args: Any, of: Name | None = None) -> Answer:
        """Ask the supervisor, or the child that is one, a request of the administration API."""
        self._requests.append(Request(partial(self._ask, of, request, *args)))
        return self._requests[-1]

    def stop(self) -> None:
        """Stop the supervisor."""
        self._stopping = True

    def run(self, *, requests_first: bool = False) -> None:
        """Let everybody act until nobody can."""
        strokes, self._strokes = self._strokes, []
        requests, self._requests = self._requests, []
        self._act(strokes, requests, requests_first)
        if self._stopping:
            self._stopping = False
            self._stop()
        self._settle()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.run()
        self._advance(seconds)

    # --- for the kinds of plays ---

    @abstractmethod
    def _act(
        self, strokes: list[Callable[[], object]], requests: list[Request], requests_first: bool
    ) -> None: ...

    @abstractmethod
    def _end(self, name: Name, reason: str) -> None: ...

    @abstractmethod
    def _stop_by_hand(self, name: Name) -> None: ...

    @abstractmethod
    def _ask(self, of: Name | None, request: str, *args: Any) -> Answer: ...

    @abstractmethod
    def _stop(self) -> None: ...

    @abstractmethod
    def _settle(self) -> None: ...

    @abstractmethod
    def _advance(self, seconds: float) -> None: ...

    # --- for short sentences in tests ---

    def children(self, of: Name | None = None) -> dict[str, Any]:
        """What runs of each child: the number of its life, "restarting", or None."""
        return {
            id_: life[1] if isinstance(life, tuple) else life
            for id_, life, _ in self.answer("which_children", of=of)[1]
        }

    def answer(self, request: str, *args: Any, of: Name | None = None) -> tuple | None:
        """Ask, and let everybody act."""
        answer = self.ask(request, *args, of=of)
        self.run()
        return answer.value

    def ends(self, name: Name, reason: str) -> list[tuple]:
        """Have a child end; return what comes of it, without its own end."""
        self.fresh_log()
        self.end(name, reason)
        self.run()
        return self.fresh_log()[1:]

    def fresh_log(self) -> list[tuple]:
        """Return the log, and begin a new one."""
        taken = self.log.copy()
        self.log.clear()
        return taken


class BootAnswer(Answer):
    """What became of a supervisor's start."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt

    @property
    def value(self) -> tuple | None:
        return (self.attempt.problem or ("ok",)) if self.attempt.done else None


class ModelPlay(Play):
    """The play on the model."""

    supervisor: ModelSupervisor
    booted: Attempt

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.stage = Stage(self.world)
        self.log = self.world.log
        self.reports = self.world.reports

    def behave(self, id_, **manner):
        self.stage.manners[id_] = Manner(**manner)

    def boot(self, *roles, **flags):
        self.supervisor = ModelSupervisor(self.world, [*map(self._spec, roles)], **flags)
        return self._boot()

    def boot_dynamic(self, **flags):
        self.supervisor = ModelDynamicSupervisor(self.world, **flags)
        return self._boot()

    def _boot(self):
        self.booted = self.supervisor.boot()
        self.run()
        return BootAnswer(self.booted)

    def _act(self, strokes, requests, requests_first):
        acts = [strokes, [request.make for request in requests]]
        for act in chain(*(reversed(acts) if requests_first else acts)):
            act()

    def _end(self, name, reason):
        self.stage.lives[name].end(reason)

    def _stop_by_hand(self, name):
        self.stage.lives[name].ask_to_stop()

    def _ask(self, of, request, *args):
        supervisor = self.supervisor if of is None else self.stage.lives[of]
        if request == "start_child":
            args = [self._spec(args[0])]
        elif args and isinstance(args[0], tuple):
            args = [self.stage.lives[args[0]]]
        return supervisor.ask(request, *args)

    def _stop(self):
        self.supervisor.ask_to_stop()

    def _settle(self):
        self.world.settle()

    def _advance(self, seconds):
        self.world.advance(seconds)

    def reason(self):
        return None if self.booted.life is None else self.booted.life.reason

    def up(self) -> bool:
        """Whether the supervisor has come up, and has not ended."""
        return self.booted.life is not None and self.booted.life.alive

    def is_over(self) -> bool:
        """Whether the supervisor has ended, or did not come up."""
        return self.booted.done and not self.up()

    def _spec(self, role: Role) -> Spec:
        return Spec(
            id=role.id,
            start=self._starter(role),
            restart=role.restart,
            shutdown=role.patience,
            type=role.type,
            significant=role.significant,
        )

    def _starter(self, role: Role) -> Callable[[], Attempt]:
        if role.cast is None:
            return self.stage.starter(role.id)

        def start() -> Attempt:
            self.log.append(("start", role.id))
            specs, name = [*map(self._spec, role.cast)], self.stage.name(role.id)
            inner = ModelSupervisor(self.world, specs, name=name, **dict(role.flags))
            self.stage.lives[name] = inner
            return inner.boot()

        return start
