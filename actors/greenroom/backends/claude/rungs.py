"""The options that say how a conversation is gone on with (CLI 2.1.329)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom.values.ladder import Rung

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["going_on"]

_RUNGS: Final[dict[Rung, Callable[[str, str | None], dict[str, Any]]]] = {
    Rung.RESUME: lambda conversation, _entry: {"resume": conversation},
    Rung.RESUME_AT: lambda conversation, entry: {
        "resume": conversation,
        "resume_session_at": entry,
    },
    Rung.FORK: lambda conversation, entry: {
        "resume": conversation,
        "resume_session_at": entry,
        "fork_session": True,
    },
    Rung.FRESH: lambda _conversation, _entry: {},
}


def going_on(rung: Rung, conversation: str, entry: str | None) -> dict[str, Any]:
    """Return the options by which a process goes on with `conversation`, cut behind `entry`."""
    return {name: value for name, value in _RUNGS[rung](conversation, entry).items() if value}
