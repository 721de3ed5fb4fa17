"""How a child is started, ended, and what becomes of it when it ends by itself."""

from __future__ import annotations

import math
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from greenroom.runtime.actor import Actor
from greenroom.runtime.supervision.errors import BadChildSpec
from greenroom.runtime.supervision.policy import (
    BRUTAL_KILL,
    INFINITY,
    ChildType,
    Restart,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    import pykka

    _ActorClass: TypeAlias = type[pykka.Actor]

__all__ = ["ChildSpec", "choice"]

_WORKER_SECONDS = 5.0

E = TypeVar("E", bound=Enum)


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The order for one child. Wherever it takes an enum, its string will do.

    Attributes:
        id: tells it from its siblings.
        start: starts it. Called on the supervisor's dispatcher, where it must not block, and where
            greenroom's actors start on that dispatcher unless they are given another. It returns
            an ActorRef, or anything with an `actor_ref`; `Started(child, info)`; `IGNORE`; or a
            future of one of these, pykka's or ours. What it raises is a start error.
        restart: whether it is started again when it has ended.
        shutdown: how it is ended: how many seconds it gets to end itself before it is killed;
            INFINITY, or BRUTAL_KILL. By default 5 seconds, INFINITY for a supervisor.
        type: worker or supervisor.
        significant: whether its end of its own accord may end the supervisor; see AutoShutdown.
        blocking: call `start` on a worker thread, because it may block.

    Raises:
        BadChildSpec: a field is missing or cannot be followed; its `code` says which.
    """

    if TYPE_CHECKING:
        id: Hashable
        start: Callable[..., Any]
    else:  # so that a missing one is an error of ours, with a code
        id: Hashable = msgspec.UNSET
        start: Callable[..., Any] = msgspec.UNSET
    restart: Restart | str = Restart.PERMANENT
    shutdown: float | str | None = None
    type: ChildType | str = ChildType.WORKER
    significant: bool = False
    blocking: bool = False

    def __post_init__(self) -> None:
        """Put every field into its one form, and refuse what has none."""
        _require_identity(self.id)
        _require_callable(self.start)
        for name, kind in (("restart", Restart), ("type", ChildType)):
            value = choice(kind, getattr(self, name), f"bad_{name}")
            msgspec.structs.force_setattr(self, name, value)
        for name in ("significant", "blocking"):
            _require_bool(name, getattr(self, name))
        shutdown = _shutdown(self.shutdown, self.type is ChildType.SUPERVISOR)
        msgspec.structs.force_setattr(self, "shutdown", shutdown)
        if self.significant and self.restart is Restart.PERMANENT:
            raise BadChildSpec(
                f"child {self.id!r} is permanent and significant, but never ends for good; "
                "make it transient or temporary",
                code="significant_permanent",
            )

    @classmethod
    def of(
        cls,
        actor_class: _ActorClass,
        *args: Any,
        id: Hashable = None,  # noqa: A002 - the field's name
        kwargs: Mapping[str, Any] | None = None,
        restart: Restart | str = Restart.PERMANENT,
        shutdown: float | str | None = None,
        type: ChildType | str = ChildType.WORKER,  # noqa: A002 - the field's name
        significant: bool = False,
        blocking: bool | None = None,
    ) -> ChildSpec:
        """Return the order for an actor of a class.

        Args:
            actor_class: of this runtime, or a plain pykka one.
            args: for its constructor.
            id: by default the name of the class.
            kwargs: for its constructor.
            restart: as the field.
            shutdown: as the field.
            type: as the field.
            significant: as the field.
            blocking: as the field. By default True for a plain pykka actor: nobody knows how long
                its constructor takes.
        """
        return cls(
            id=actor_class.__name__ if id is None else id,
            start=partial(actor_class.start, *args, **(kwargs or {})),
            restart=restart,
            shutdown=shutdown,
            type=type,
            significant=significant,
            blocking=not issubclass(actor_class, Actor) if blocking is None else blocking,
        )

    def without_start(self) -> ChildSpec:
        """Return this spec with nothing of its `start`, and of what that holds."""
        return msgspec.structs.replace(self, start=_forgotten)


def choice(kind: type[E], value: object, code: str) -> E:
    """Return the member of `kind` that `value` is or names.

    Raises:
        BadChildSpec: there is none.
    """
    try:
        return kind(value)
    except ValueError:
        words = ", ".join(repr(member.value) for member in kind)
        raise BadChildSpec(f"{value!r} is none of {words}", code=code) from None


def _forgotten() -> None:
    raise RuntimeError("the start of a temporary child is not kept")


def _require_identity(value: object) -> None:
    if value is msgspec.UNSET or value is None:
        raise BadChildSpec("a child needs an id, to tell it from its siblings", code="missing_id")
    try:
        hash(value)
    except TypeError:
        raise BadChildSpec(
            f"a child's id is hashable, a {type(value).__qualname__} is not", code="bad_id"
        ) from None


def _require_callable(value: object) -> None:
    if value is msgspec.UNSET or value is None:
        raise BadChildSpec("a child needs a `start`, which starts it", code="missing_start")
    if not callable(value):
        raise BadChildSpec(
            f"a child's `start` is called; a {type(value).__qualname__} cannot be",
            code="bad_start",
        )


def _require_bool(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise BadChildSpec(f"`{name}` is True or False, not {value!r}", code=f"bad_{name}")


def _shutdown(value: object, supervisor: bool) -> float | str:  # noqa: FBT001 - private, one caller
    if value is None:
        return INFINITY if supervisor else _WORKER_SECONDS
    if value == "infinity":
        value = INFINITY
    if value != BRUTAL_KILL and not _is_seconds(value):
        raise BadChildSpec(
            f"`shutdown` is a number of seconds from 0, INFINITY or BRUTAL_KILL, not {value!r}",
            code="bad_shutdown",
        )
    if supervisor and value != INFINITY:
        raise BadChildSpec(
            f"`shutdown` is {value!r} for a supervisor; killed while it ends its own children it "
            "would leak them, so it gets INFINITY",
            code="supervisor_shutdown",
        )
    return BRUTAL_KILL if value == BRUTAL_KILL else float(value)  # type: ignore[arg-type]  # a number, checked above


def _is_seconds(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 and not math.isnan(value)
