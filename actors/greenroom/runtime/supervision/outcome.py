"""What comes of starting a child."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Literal

import msgspec
import pykka

from greenroom.runtime.supervision.errors import BadStart

__all__ = ["IGNORE", "Ignore", "Started", "child_of"]


class Ignore(Enum):
    """The type of `IGNORE`."""

    IGNORE = "ignore"


IGNORE: Final[Literal[Ignore.IGNORE]] = Ignore.IGNORE
"""Returned by a child's `start`: there is nothing to run at present, and that is no error."""


class Started(msgspec.Struct, frozen=True):
    """Returned by a child's `start`: the child, and something to tell to who asked for it.

    Attributes:
        child: an ActorRef, or anything with an `actor_ref`.
        info: what start_child() and restart_child() hand on.
    """

    child: Any
    info: Any = None


def child_of(outcome: object) -> tuple[Any, pykka.ActorRef[Any]] | None:
    """Return the child that a `start` gave and its reference, or None for IGNORE.

    Raises:
        BadStart: it gave something else.
    """
    if outcome is IGNORE:
        return None
    child = outcome.child if isinstance(outcome, Started) else outcome
    ref = child if isinstance(child, pykka.ActorRef) else getattr(child, "actor_ref", None)
    if isinstance(ref, pykka.ActorRef):
        return child, ref
    given = "None" if child is None else f"an object of type {type(child).__qualname__}"
    raise BadStart(
        f"`start` gave {given}; it gives an actor's reference, something with an `actor_ref`, "
        "Started(child, info), IGNORE, or a future of one of these"
    )
