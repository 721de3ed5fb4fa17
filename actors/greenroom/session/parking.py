"""When trying is useless: which failures park a session, and what a parked one is told.

A parked session sends no prompt and starts no process. It waits in a parking lot, with all others
that use the same account: one of them tries it when it is time, and if that goes well all go on
but those that know of a limit of their own which is not over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.values.outcomes import (
    ApiFailed,
    AuthenticationFailed,
    Cancelled,
    Crashed,
    LimitReached,
    RateLimited,
    Rejected,
    StartFailed,
    TimedOut,
    Truncated,
    TurnError,
)

if TYPE_CHECKING:
    from greenroom.runtime import ActorRef

__all__ = [
    "Inconclusive",
    "Park",
    "ParkedUntil",
    "Wants",
    "Worked",
    "is_inconclusive",
    "is_misconfigured",
    "is_overdrawn",
]


class Park(NamedTuple):
    """To the lot: `session` parks; told again by one that tried, it failed.

    Attributes:
        session: who.
        account: what it shares with others, see `Launch.account`; None: nothing.
        until: Unix time in seconds before which trying is useless, when that is known.
        wants: whether there is something to try with.
    """

    session: ActorRef[Any]
    account: int | None
    until: float | None
    wants: bool


class Wants(NamedTuple):
    """To the lot: a parked session has something to try with now."""

    session: ActorRef[Any]


class Worked(NamedTuple):
    """To the lot: a session was served; those with no known reset to come go on as well."""

    session: ActorRef[Any]


class Inconclusive(NamedTuple):
    """To the lot: what a session tried ended in a way that says nothing; it is parked again."""

    session: ActorRef[Any]
    wants: bool


class ParkedUntil(NamedTuple):
    """To a session: when it is tried again, in Unix time."""

    until: float


_TRANSIENT: Final = frozenset({"out_of_memory", "start_failed", "start_refused"})
"""Codes of starts that failed for a reason that may be gone next time."""

_SAYS_NOTHING: Final = (ApiFailed, Cancelled, Crashed, StartFailed, TimedOut, Truncated)

_NEVER_ASKED: Final = frozenset({"not_asked", "option_refused", "resume_not_found"})
"""Codes of turns that did not get as far as the API."""


def is_overdrawn(error: TurnError | None) -> bool:
    """Whether the account is at its limit, or not accepted."""
    if isinstance(error, LimitReached):
        return error.limit == "credit"
    return isinstance(error, AuthenticationFailed | RateLimited)


def is_misconfigured(error: TurnError) -> bool:
    """Whether a process that did not get ready never will, as it is configured."""
    if isinstance(error, StartFailed):
        return not error.retryable and error.code not in _TRANSIENT
    return isinstance(error, Rejected)


def is_inconclusive(error: TurnError | None) -> bool:
    """Whether the end of a turn says nothing about the account."""
    return error is not None and (isinstance(error, _SAYS_NOTHING) or error.code in _NEVER_ASKED)
