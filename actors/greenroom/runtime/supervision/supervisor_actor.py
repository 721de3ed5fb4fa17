"""The actor behind a `Supervisor`: children that are known by an id, and started in order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from greenroom.runtime.exit_reason import ExitReason, ShutdownWith
from greenroom.runtime.supervision.check import check_childspec
from greenroom.runtime.supervision.child import Child
from greenroom.runtime.supervision.errors import (
    AlreadyPresent,
    AlreadyStarted,
    ChildNotFound,
    ChildRestarting,
    ChildRunning,
    FailedToStartChild,
)
from greenroom.runtime.supervision.overseer import Overseer
from greenroom.runtime.supervision.policy import Strategy
from greenroom.runtime.supervision.reports import ChildNotStarted, ChildRestarted

if TYPE_CHECKING:
    from collections.abc import Hashable

    from greenroom.runtime.supervision.child_spec import ChildSpec
    from greenroom.runtime.supervision.flags import Flags
    from greenroom.runtime.supervision.launch import Launch
    from greenroom.runtime.supervision.procedures import Procedure

__all__ = ["SupervisorActor"]


class SupervisorActor(Overseer):
    """Starts its children in order, and ends them in the reverse.

    Args:
        flags: how it treats them.
        launch: its first children, and whom to tell of them.
    """

    def __init__(self, flags: Flags, launch: Launch) -> None:
        super().__init__(flags)
        launch.begin = partial(self.enqueue, SupervisorActor._boot, launch)

    def _boot(self, launch: Launch) -> Procedure[None]:
        self.children = {child.spec.id: child for child in launch.children}
        for child in launch.children:
            birth = yield from self.bring_up(child)
            if birth.error is not None:
                self.reporter.report(ChildNotStarted, child.spec, None, birth.error)
                problem = launch.boot.problem = FailedToStartChild(child.spec.id, birth.error)
                self.finish(ShutdownWith(problem))
                return
            self._drop_if_ignored(child)
        launch.boot.succeed(launch.supervisor)

    def ending(self) -> Procedure[None]:
        """End all children, the last one first."""
        for child in reversed(tuple(self.children.values())):
            yield from self._end(child)

    def _end(self, child: Child) -> Procedure[None]:
        """End a child if it runs, and do not try it again."""
        child.call_off()
        if child.life is not None:
            yield from self.bring_down(child.life)
        self.forget(child)

    def forget(self, child: Child) -> None:
        """Note that a child does not run and is not to be tried again; drop a temporary one."""
        child.life = None
        child.call_off()
        if child.temporary:
            self.children.pop(child.spec.id, None)

    def _drop_if_ignored(self, child: Child) -> None:
        if child.life is None:
            self.forget(child)

    # --- restarts ---

    def bring_back(self, child: Child, cause: ExitReason) -> Procedure[None]:
        """Restart a child and, by the strategy, others: the last one ends first."""
        if not self.may_restart(child, cause):
            return
        child.life = None
        child.drop_retry()
        affected = self._affected(child)
        for other in reversed(affected):
            if other is not child:
                yield from self._end(other)
        for one in affected:
            if one.spec.id not in self.children:
                continue  # it was temporary
            birth = yield from self.bring_up(one)
            if birth.error is not None:
                self.try_again(one, birth.error)
                return
            self._drop_if_ignored(one)
            if birth.life is not None:
                self.reporter.report(ChildRestarted, one.spec, birth.life.ref, cause)

    def _affected(self, child: Child) -> list[Child]:
        """Return who is restarted along with a child, itself included, in order."""
        if self.flags.strategy is Strategy.ONE_FOR_ONE:
            return [child]
        children = list(self.children.values())
        if self.flags.strategy is Strategy.ONE_FOR_ALL:
            return children
        return children[children.index(child) :]

    # --- requests ---

    def start_child(self, spec: ChildSpec) -> Procedure[Any]:
        """Start a new child, the last one."""
        check_childspec(spec, self.flags.auto_shutdown)
        known = self.children.get(spec.id)
        if known is None:
            return self._admit(Child(spec))
        if known.life is not None:
            raise AlreadyStarted(known.life.ref)
        raise AlreadyPresent(spec.id)

    def _admit(self, child: Child) -> Procedure[Any]:
        self.children[child.spec.id] = child  # already now: an end that comes meanwhile is its, too
        birth = yield from self.bring_up(child)
        if birth.error is None:
            self._drop_if_ignored(child)
        else:
            del self.children[child.spec.id]
        return birth.answer(child.spec.id)

    def terminate_child(self, child_id: Hashable) -> Procedure[None]:
        """End a child."""
        return self._end(self._find(child_id))

    def restart_child(self, child_id: Hashable) -> Procedure[Any]:
        """Start a child that does not run."""
        return self._restart(self._find_idle(child_id))

    def _restart(self, child: Child) -> Procedure[Any]:
        birth = yield from self.bring_up(child)
        return birth.answer(child.spec.id)

    def delete_child(self, child_id: Hashable) -> None:
        """Forget a child that does not run."""
        del self.children[self._find_idle(child_id).spec.id]

    def get_childspec(self, child_id: Hashable) -> ChildSpec:
        """Return the specification of a child."""
        return self._find(child_id).spec

    def _find(self, child_id: Hashable) -> Child:
        child = self.children.get(child_id)
        if child is None:
            raise ChildNotFound(child_id)
        return child

    def _find_idle(self, child_id: Hashable) -> Child:
        child = self._find(child_id)
        if child.restarting:
            raise ChildRestarting(child_id)
        if child.life is not None:
            raise ChildRunning(child_id)
        return child
