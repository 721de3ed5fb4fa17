"""The actor behind a `DynamicSupervisor`: children that know nothing of each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pykka

from greenroom.runtime.supervision.check import check_childspec
from greenroom.runtime.supervision.child import Child, ChildInfo
from greenroom.runtime.supervision.errors import BadChildSpec, ChildNotFound, MaxChildren
from greenroom.runtime.supervision.overseer import Overseer
from greenroom.runtime.supervision.reports import ChildRestarted

if TYPE_CHECKING:
    from greenroom.runtime.exit_reason import ExitReason
    from greenroom.runtime.supervision.birth import Birth
    from greenroom.runtime.supervision.child_spec import ChildSpec
    from greenroom.runtime.supervision.flags import Flags
    from greenroom.runtime.supervision.launch import Launch
    from greenroom.runtime.supervision.procedures import Procedure

__all__ = ["DynamicSupervisorActor"]


class DynamicSupervisorActor(Overseer):
    """Starts children on demand, and ends them all at once. They are known by their references.

    Args:
        flags: how it treats them.
        template: how each is started, with the arguments of the demand; None if each demand
            brings a specification.
        max_children: how many there may be, those that are tried again included.
        launch: whom to tell that it is up.
    """

    def __init__(
        self, flags: Flags, template: ChildSpec | None, max_children: float, launch: Launch
    ) -> None:
        super().__init__(flags)
        self._template = template
        self._max_children = max_children
        launch.begin = partial(self.enqueue, DynamicSupervisorActor._boot, launch)

    def _boot(self, launch: Launch) -> None:
        launch.boot.succeed(launch.supervisor)

    def ending(self) -> Procedure[None]:
        """End all children, together."""
        children = tuple(self.children.values())
        yield from self.bring_down_together([child.life for child in children if child.life])
        for child in children:
            self.forget(child)

    def forget(self, child: Child) -> None:
        """Drop a child."""
        child.life = None
        child.call_off()
        self.children.pop(child.key, None)

    # --- restarts ---

    def bring_back(self, child: Child, cause: ExitReason) -> Procedure[None]:
        """Restart a child alone."""
        if not self.may_restart(child, cause):
            return
        child.life = None
        child.drop_retry()
        birth = yield from self.bring_up(child)
        if birth.error is not None:
            self.try_again(child, birth.error)
            return
        self._enter(child, birth)
        if birth.life is not None:
            self.reporter.report(ChildRestarted, child.spec, birth.life.ref, cause)

    def _enter(self, child: Child, birth: Birth) -> None:
        """Know a child by the actor that it has now; drop one that has none."""
        self.children.pop(child.key, None)
        if birth.life is not None:
            child.key = birth.life.ref.actor_urn
            self.children[child.key] = child

    # --- requests ---

    def which_children(self) -> list[ChildInfo]:
        """Return a line for each child."""
        return [msgspec.structs.replace(info, id=None) for info in super().which_children()]

    def start_child(self, *args: Any) -> Procedure[Any]:
        """Start a new child."""
        spec = self._specify(args)
        if len(self.children) >= self._max_children:
            raise MaxChildren(self._max_children)
        return self._admit(Child(spec))

    def _specify(self, args: tuple[Any, ...]) -> ChildSpec:
        template = self._template
        if template is not None:
            return msgspec.structs.replace(template, start=partial(template.start, *args))
        if len(args) != 1:
            raise BadChildSpec(
                f"a dynamic supervisor without a template starts a child by one ChildSpec, "
                f"not by {len(args)} arguments",
                code="not_a_spec",
            )
        check_childspec(args[0], self.flags.auto_shutdown)
        spec: ChildSpec = args[0]
        return spec

    def _admit(self, child: Child) -> Procedure[Any]:
        self.children[child.key] = child  # already now: an end that comes meanwhile is its, too
        birth = yield from self.bring_up(child)
        self._enter(child, birth)
        return birth.answer(child.spec.id)

    def terminate_child(self, child: Any) -> Procedure[None] | None:
        """End a child, or call off that it is tried again."""
        ref = getattr(child, "actor_ref", child)
        if not isinstance(ref, pykka.ActorRef):
            raise TypeError(
                f"a dynamic supervisor knows its children by their references, not by {child!r}"
            )
        known = self.children.get(ref.actor_urn)
        if known is not None:
            return self._end(known)
        if ref.is_alive():
            raise ChildNotFound(ref)
        return None

    def _end(self, child: Child) -> Procedure[None]:
        child.call_off()
        if child.life is not None:
            yield from self.bring_down(child.life)
        self.forget(child)
