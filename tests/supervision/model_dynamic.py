"""The rules of a dynamic supervisor (A6, G4, H5 to H7), in a form that can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.supervision.model_supervisor import Child, ModelSupervisor, Spec

if TYPE_CHECKING:
    from tests.supervision.model_supervisor import Steps
    from tests.supervision.model_world import Life, World


class ModelDynamicSupervisor(ModelSupervisor):
    """Children come and go at run time, know nothing of each other, and are told by their lives."""

    def __init__(
        self, world: World, *, max_children: float = float("inf"), intensity: int = 3, **rest: Any
    ) -> None:
        super().__init__(world, [], intensity=intensity, **rest)
        self._max_children = max_children
        self._latest: dict[Child, Life] = {}

    def _wind_up(self) -> Steps:
        children = [one for one in self.children if one.running]
        for child in children:  # G4
            self._call_off(child.life, child.spec.shutdown)
        yield lambda: not any(child.life.alive for child in children)
        for child in children:
            self._see_off(child, child.life)

    def _bind(self, child: Child, life: Life | None) -> None:
        super()._bind(child, life)
        if life is not None:
            self._latest[child] = life

    def _forget(self, child: Child) -> None:
        child.life = child.retry = None
        if child in self.children:  # H7: ended or ignored, it is gone
            self.children.remove(child)

    def _start_child(self, spec: Spec) -> Steps:
        if len(self.children) >= self._max_children:  # H7
            return ("max_children",)
        return (yield from self._admit(Child(spec)))

    def _terminate_child(self, life: Life) -> Steps:
        child = next((one for one in self.children if self._latest.get(one) is life), None)
        if child is not None:  # E5: one that is being restarted is not any more
            yield from self._terminate(child)
        return ("child_not_found",) if life.alive else ("ok",)  # H5

    def _which_children(self) -> Steps:
        _, children = yield from super()._which_children()
        return ("ok", sorted([(None, life, type_) for _, life, type_ in children], key=str))
