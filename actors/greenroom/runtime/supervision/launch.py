"""The boot of a supervisor: who waits for it, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from greenroom.runtime.future import Future
from greenroom.runtime.stop_flag import StopFlag
from greenroom.runtime.supervision.child import Child
from greenroom.runtime.supervision.errors import SupervisorGone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenroom.runtime.ref import ActorRef
    from greenroom.runtime.supervision.child_spec import ChildSpec
    from greenroom.runtime.supervision.overseer import Overseer

__all__ = ["Boot", "Launch"]

T = TypeVar("T")


class Boot(Future[T]):
    """Gives a supervisor once its children are up; fails once it is down again.

    Args:
        ref: the supervisor's actor.

    Attributes:
        problem: why it will fail, once that is known.
    """

    def __init__(self, ref: ActorRef[Overseer]) -> None:
        super().__init__(ref.dispatcher)
        self.problem: BaseException | None = None
        self._ref = ref
        # Not before it has ended: whoever waits takes an error to mean that nothing is left.
        if not StopFlag.of(ref).on_end(self, self._give_up):
            self._give_up()

    def succeed(self, supervisor: T) -> None:
        """Say that all are up."""
        StopFlag.of(self._ref).call_off(self)
        self.settle(supervisor)

    def cancel(self) -> None:
        """Call the boot off, unless it is over: all that was started ends."""
        if not self.done:
            self._ref.stop(block=False)

    def _give_up(self) -> None:
        problem = self.problem
        if problem is None:
            problem = SupervisorGone(f"{self._ref} ended before its children were up")
        self.fail(problem)


class Launch:
    """What the actor of a new supervisor gets: its first children, and whom to tell of them.

    Attributes:
        children: the first ones, in order.
        boot: is told how it went. Set before `begin` is called.
        supervisor: what the boot gives. Set before `begin` is called.
        begin: starts the boot, on the dispatcher. Set by the actor; see `take_begin`.
    """

    boot: Boot[Any]
    supervisor: Any
    begin: Callable[[], None]

    def __init__(self, specs: Iterable[ChildSpec] = ()) -> None:
        self.children = tuple(map(Child, specs))

    def take_begin(self) -> Callable[[], None]:
        """Return `begin`, and keep it no longer: it refers to the actor, and to this."""
        begin = self.begin
        del self.begin
        return begin
