"""Whether specifications can be followed, without starting anything."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING

from greenroom.runtime.supervision.child_spec import ChildSpec, choice
from greenroom.runtime.supervision.errors import BadChildSpec, DuplicateChild
from greenroom.runtime.supervision.policy import AutoShutdown, ChildType, Restart

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_childspec", "check_childspecs"]


def check_childspecs(
    specs: Iterable[ChildSpec], auto_shutdown: AutoShutdown | str = AutoShutdown.NEVER
) -> None:
    """Return if a supervisor could have these children.

    Args:
        specs: what is to be checked.
        auto_shutdown: what the supervisor would have.

    Raises:
        BadChildSpec: it could not; the `code` says why.
        DuplicateChild: two have one id.

    Warns:
        UserWarning: a permanent child is a supervisor that ends by itself, and would be started
            again at once.
    """
    auto_shutdown = choice(AutoShutdown, auto_shutdown, "bad_auto_shutdown")
    seen = set()
    for spec in specs:
        check_childspec(spec, auto_shutdown)
        if spec.id in seen:
            raise DuplicateChild(spec.id)
        seen.add(spec.id)


def check_childspec(spec: object, auto_shutdown: AutoShutdown | str) -> None:
    """Return if a supervisor could have this child, as `check_childspecs` does."""
    if not isinstance(spec, ChildSpec):
        raise BadChildSpec(
            f"a child is ordered by a ChildSpec, not by an object of type "
            f"{type(spec).__qualname__}",
            code="not_a_spec",
        )
    if spec.significant and auto_shutdown is AutoShutdown.NEVER:
        raise BadChildSpec(
            f"child {spec.id!r} is significant to a supervisor that never ends by itself; "
            "give that an auto_shutdown",
            code="significant_without_auto_shutdown",
        )
    if spec.restart is Restart.PERMANENT and _ends_by_itself(spec):
        warnings.warn(
            f"child {spec.id!r} is permanent, and a supervisor that ends by itself: it will be "
            "started again at once; make it transient or temporary",
            stacklevel=3,
        )


def _ends_by_itself(spec: ChildSpec) -> bool:
    """Whether the child is seen to be a supervisor that ends when significant children do."""
    if spec.type is not ChildType.SUPERVISOR or not isinstance(spec.start, partial):
        return False
    mode = spec.start.keywords.get("auto_shutdown", AutoShutdown.NEVER)
    return mode not in {AutoShutdown.NEVER, AutoShutdown.NEVER.value}
