"""The rules of a supervisor, as reliability.md section 1 numbers them, in a form that can be run.

It was written from the rules alone, for the product to be compared with. `World.log` is what it
does; `Answer.value` what it says. Where a rule leaves freedom, OTP's own order of doing things
is taken, but for two things: a request to stop overtakes everything (G8), and a child has one retry
pending at most (E5).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.supervision.model_world import CLEAN, NEVER, Attempt, Life

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.supervision.model_world import World

    Steps = Generator[Callable[[], object], None, Any]
    Pauses = tuple[float, float, float]
    """Before the first retry, before the second, and by how much each after that is longer."""

RESTARTING = "restarting"
INFINITY = "infinity"
BRUTAL_KILL = "brutal_kill"


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What a supervisor is told of a child (A1)."""

    id: str
    start: Callable[[], Attempt]
    restart: str = "permanent"
    shutdown: float | str = 5.0
    type: str = "worker"
    significant: bool = False


@dataclass(eq=False)
class Child:
    """A spec, and what runs of it: a life, `RESTARTING`, or None."""

    spec: Spec
    life: Life | str | None = None
    retry: object = None
    failures: int = 0

    @property
    def running(self) -> bool:
        return isinstance(self.life, Life)

    @property
    def restarting(self) -> bool:
        return self.life == RESTARTING


class Answer:
    """What a request came to; None for as long as it waits."""

    value: tuple | None = None


class Stopping(Exception):
    """Somebody asked the supervisor to stop while it was at something else."""


class ModelSupervisor(Life):
    """A supervisor by the rules. Make it, then `boot` it; others may supervise it."""

    def __init__(
        self,
        world: World,
        specs: list[Spec],
        *,
        name: tuple[str, int] = ("supervisor", 1),
        strategy: str = "one_for_one",
        intensity: int = 1,
        period: float = 5.0,
        auto_shutdown: str = "never",
        pauses: Pauses = (0.0, 0.0, 1.0),
    ) -> None:
        super().__init__(world, name)
        self.children = [Child(spec) for spec in specs]
        self._strategy = strategy
        self._intensity, self._period = intensity, period
        self._auto_shutdown = auto_shutdown
        self._pauses = pauses
        self._restarts: list[float] = []
        self._mail: deque[tuple] = deque()
        self._stop_asked = False
        self._booted = Attempt(cancel=self.ask_to_stop)

    # --- what others do ---

    @property
    def booting(self) -> bool:
        return not self._booted.done

    def boot(self) -> Attempt:
        self.world.spawn(self._live())
        return self._booted

    def ask(self, request: str, *args: Any) -> Answer:
        answer = Answer()
        if self.alive:
            self._mail.append((self._on_request, request, args, answer))
        else:
            answer.value = ("dead",)
        return answer

    def ask_to_stop(self) -> None:
        self._stop_asked = True

    def kill(self) -> None:
        raise NotImplementedError("a supervisor is given all the time it needs (G7)")

    # --- its life ---

    def _live(self) -> Steps:
        try:
            problem = yield from self._boot()
            if problem is None:
                self._booted.settle(self)
                yield from self._serve()
        except Stopping:
            problem = ("dead",)
        yield from self._wind_up()
        for _, _, _, answer in [mail for mail in self._mail if len(mail) == 4]:
            answer.value = ("dead",)
        if not self.booting:
            self.end("shutdown")  # C5
        else:
            self.alive, self.reason = False, "shutdown"
            self._booted.settle(problem=problem)

    def _boot(self) -> Steps:
        for child in self.children.copy():  # B1
            problem = yield from self._start(child)
            if problem is not None:
                return ("failed_to_start_child", child.spec.id)  # B3
        return None

    def _serve(self) -> Steps:
        while True:
            yield lambda: self._mail or self._stop_asked
            self._heed_stop()
            handle, *args = self._mail.popleft()
            gives_up = yield from handle(*args)
            if gives_up:
                return

    def _heed_stop(self) -> None:
        if self._stop_asked:
            raise Stopping

    def _wind_up(self) -> Steps:
        for child in reversed(self.children.copy()):  # F2, G3
            yield from self._terminate(child)

    # --- starts and stops ---

    def _start(self, child: Child) -> Steps:
        """Start a child; return the problem if that fails (B2)."""
        attempt = child.spec.start()
        yield lambda: attempt.done or self._stop_asked
        if not attempt.done:
            yield from self._give_up_on(attempt, child.spec.shutdown)
        if attempt.problem is None:
            child.failures = 0
            self._bind(child, attempt.life)
        self._heed_stop()
        return attempt.problem

    def _bind(self, child: Child, life: Life | None) -> None:
        child.life = life
        if life is None:
            self._forget(child)  # B5
        elif life.alive:
            life.observers.append(lambda life: self._mail.append((self._on_exit, life)))
        else:
            self._mail.append((self._on_exit, life))  # M2

    def _give_up_on(self, attempt: Attempt, shutdown: float | str) -> Steps:
        """Wait for a start that a stop has overtaken, for as long as its child would be given."""
        attempt.cancel()
        limit = {BRUTAL_KILL: 0.0, INFINITY: NEVER}.get(shutdown, shutdown)
        end = self.world.now + limit
        if limit != NEVER:
            self.world.later(limit, lambda: None)
        yield lambda: attempt.done or self.world.now >= end
        if not attempt.done:
            attempt.abandoned = True
            raise Stopping

    def _terminate(self, child: Child) -> Steps:
        """See a child dead, and think no more of how it died (G1, G2, G5, G6)."""
        life = child.life
        if isinstance(life, Life):
            self._call_off(life, child.spec.shutdown)
            yield lambda: not life.alive
            self._see_off(child, life)
        self._forget(child)

    def _see_off(self, child: Child, life: Life) -> None:
        told = "killed" if child.spec.shutdown == BRUTAL_KILL else "shutdown"
        forgiven = CLEAN if child.spec.restart != "permanent" else frozenset()
        if life.reason not in {told, *forgiven}:
            self.world.reports.append(("supervisor_child_not_stopped", child.spec.id))  # G6

    def _call_off(self, life: Life, shutdown: float | str) -> None:
        if shutdown == BRUTAL_KILL:
            life.kill()
            return
        life.ask_to_stop()
        if shutdown != INFINITY:
            alarm = self.world.later(shutdown, life.kill)
            life.observers.append(lambda _life: alarm.cancel())

    def _forget(self, child: Child) -> None:
        """Have nothing running of a child; and of a temporary one not even the spec (C3)."""
        child.life = child.retry = None
        child.failures = 0  # the rules leave that open: also when a wave brings it back at once
        if child.spec.restart == "temporary" and child in self.children:
            self.children.remove(child)

    # --- ends of children ---

    def _on_exit(self, life: Life) -> Steps:
        child = next((one for one in self.children if one.life is life), None)
        if child is None:
            return False
        clean, restart = life.reason in CLEAN, child.spec.restart
        if restart == "permanent" or not clean:
            self.world.reports.append(("supervisor_child_exited", child.spec.id))  # C6
        if restart == "permanent" or (restart == "transient" and not clean):  # C1, C2
            return (yield from self._restart(child))
        self._forget(child)  # D5
        return self._is_done(child.spec)

    def _is_done(self, spec: Spec) -> bool:
        """Whether the end of a child of its own accord is the supervisor's, too (I2, I3)."""
        if not spec.significant or self._auto_shutdown == "never":
            return False
        others = any(one.spec.significant and one.life is not None for one in self.children)
        return self._auto_shutdown == "any_significant" or not others

    def _restart(self, child: Child) -> Steps:
        """Bring a child back, and who goes with it; return whether that is one time too many."""
        now = self.world.now
        self._restarts = [now, *[one for one in self._restarts if one >= now - self._period]]
        if len(self._restarts) > self._intensity:  # F1, D6, E2
            self.world.reports.append(("supervisor_gave_up", child.spec.id))
            self._forget(child)
            return True
        child.life = child.retry = None
        concerned = self._concerned(child)
        for other in reversed(concerned):
            if other is not child:
                yield from self._terminate(other)
                self._heed_stop()
        for one in concerned:  # D3
            if one in self.children:
                problem = yield from self._start(one)
                if problem is not None:
                    self._try_again(one)
                    break
        return False

    def _concerned(self, child: Child) -> list[Child]:
        position = self.children.index(child)
        first, last = {
            "one_for_one": (position, position + 1),  # D1
            "one_for_all": (0, None),  # D2
            "rest_for_one": (position, None),  # D4
        }[self._strategy]
        return self.children[first:last]

    def _try_again(self, child: Child) -> None:
        """Have a message come that says so (E1); the one that failed is retried (E3, E4)."""
        child.life, child.retry = RESTARTING, object()
        child.failures += 1
        mail = (self._on_retry, child, child.retry)
        delay = self._pause(child.failures)  # E6
        if delay == 0:
            self._mail.append(mail)
        else:
            self.world.later(delay, lambda: self._mail.append(mail))

    def _pause(self, failures: int) -> float:
        first, base, factor = self._pauses
        return first if failures == 1 else base * factor ** (failures - 2)

    def _on_retry(self, child: Child, retry: object) -> Steps:
        if child.retry is not retry or child not in self.children:
            return False
        return (yield from self._restart(child))

    # --- requests ---

    def _on_request(self, request: str, args: tuple, answer: Answer) -> Steps:
        try:
            answer.value = yield from getattr(self, f"_{request}")(*args)
        except Stopping:
            answer.value = ("dead",)
            raise
        return False

    def _find(self, id_: str) -> Child | None:
        return next((one for one in self.children if one.spec.id == id_), None)

    def _start_child(self, spec: Spec) -> Steps:
        known = self._find(spec.id)
        if known is not None:  # H1
            return ("already_started", known.life.name) if known.running else ("already_present",)
        return (yield from self._admit(Child(spec)))

    def _admit(self, child: Child) -> Steps:
        self.children.append(child)
        answer = yield from self._answer_start(child)
        if answer[0] != "ok":
            self.children.remove(child)
        return answer

    def _answer_start(self, child: Child) -> Steps:
        problem = yield from self._start(child)
        if problem is not None:
            return ("failed_to_start_child", child.spec.id)
        return ("ok", None if child.life is None else child.life.name)

    def _terminate_child(self, id_: str) -> Steps:
        child = self._find(id_)
        if child is None:
            return ("child_not_found",)
        yield from self._terminate(child)  # H2, E5
        return ("ok",)

    def _restart_child(self, id_: str) -> Steps:
        child = self._find(id_)
        refusal = _refusal(child)
        if refusal is not None:  # H3
            return refusal
        return (yield from self._answer_start(child))

    def _delete_child(self, id_: str) -> Steps:
        child = self._find(id_)
        refusal = _refusal(child)
        if refusal is not None:  # H4
            return refusal
        self.children.remove(child)
        return ("ok",)
        yield

    def _get_childspec(self, id_: str) -> Steps:
        child = self._find(id_)
        return ("child_not_found",) if child is None else ("ok", child.spec.id)
        yield

    def _which_children(self) -> Steps:
        return (
            "ok",
            [  # D7
                (one.spec.id, one.life.name if one.running else one.life, one.spec.type)
                for one in reversed(self.children)
            ],
        )
        yield

    def _count_children(self) -> Steps:
        workers = sum(one.spec.type == "worker" for one in self.children)
        active = sum(one.running and one.life.alive for one in self.children)  # H6
        return ("ok", len(self.children), active, len(self.children) - workers, workers)
        yield


def _refusal(child: Child | None) -> tuple | None:
    """Return what keeps a child from being restarted by hand, or deleted."""
    if child is None:
        return ("child_not_found",)
    if child.restarting:
        return ("child_restarting",)
    return ("child_running",) if child.running else None
