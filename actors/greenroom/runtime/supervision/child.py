"""What a supervisor knows of one child."""

from __future__ import annotations

from collections.abc import Hashable  # noqa: TC003 - msgspec reads it
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from greenroom.runtime.supervision.policy import ChildType, Restart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pykka import ActorRef

    from greenroom.runtime.exit_reason import ExitReason
    from greenroom.runtime.supervision.child_spec import ChildSpec
    from greenroom.runtime.supervision.life import Life
    from greenroom.runtime.timer import Timer

__all__ = ["Child", "ChildCounts", "ChildInfo", "Retry", "count"]


class ChildInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `which_children()`.

    Attributes:
        id: the child's; None under a dynamic supervisor, where children have none.
        child: what its start gave: a reference, or an object with one. None if it does not run.
        state: "running", "restarting" (it will be tried again) or "stopped".
        type: worker or supervisor.
    """

    id: Hashable
    child: Any
    state: Literal["running", "restarting", "stopped"]
    type: ChildType

    @property
    def ref(self) -> ActorRef[Any] | None:
        """The reference of the child's actor, if it runs."""
        ref: ActorRef[Any] | None = getattr(self.child, "actor_ref", self.child)
        return ref


class ChildCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What `count_children()` counts.

    Attributes:
        specs: all children, whether they run or not.
        active: those that run.
        supervisors: those whose type is supervisor.
        workers: the others.
    """

    specs: int
    active: int
    supervisors: int
    workers: int


class Retry:
    """It is time to try a child again.

    Attributes:
        child: whom.
        cause: why the last attempt failed.
        timer: when, if not at once.
    """

    __slots__ = ("cause", "child", "timer")

    def __init__(self, child: Child, cause: ExitReason) -> None:
        self.child = child
        self.cause = cause
        self.timer: Timer | None = None


class Child:
    """A child of a supervisor, through all its lives.

    Attributes:
        spec: how it is started; of a temporary one without the `start`.
        key: by which a dynamic supervisor knows it: the URN of its last actor.
        life: the present one.
        retry: the attempt to come, if it could not be brought back so far.
        failures: how many attempts to bring it back have failed in a row.
    """

    __slots__ = ("failures", "key", "life", "retry", "spec")

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self.key = ""
        self.life: Life | None = None
        self.retry: Retry | None = None
        self.failures = 0

    @property
    def restarting(self) -> bool:
        """Whether it does not run, and will be tried again."""
        return self.retry is not None

    @property
    def temporary(self) -> bool:
        """Whether it is forgotten when it ends."""
        return self.spec.restart is Restart.TEMPORARY

    def came_up(self, life: Life | None) -> None:
        """Note that a start succeeded; None if it gave IGNORE."""
        self.life = life
        self.call_off()
        if self.temporary:
            self.spec = self.spec.without_start()

    def call_off(self) -> None:
        """Do not try it again."""
        self.failures = 0
        self.drop_retry()

    def drop_retry(self) -> None:
        """Take back the attempt to come, but remember how many have failed."""
        if self.retry is not None and self.retry.timer is not None:
            self.retry.timer.cancel()
        self.retry = None

    def info(self) -> ChildInfo:
        """Return its line of `which_children()`."""
        life = self.life
        return ChildInfo(
            id=self.spec.id,
            child=None if life is None else life.child,
            state="restarting" if self.restarting else "stopped" if life is None else "running",
            type=self.spec.type,  # type: ignore[arg-type]  # an enum since it was checked
        )


def count(children: Iterable[Child]) -> ChildCounts:
    """Count children by what they are and do."""
    specs = active = supervisors = 0
    for child in children:
        specs += 1
        active += child.life is not None and child.life.active
        supervisors += child.spec.type is ChildType.SUPERVISOR
    return ChildCounts(
        specs=specs, active=active, supervisors=supervisors, workers=specs - supervisors
    )
