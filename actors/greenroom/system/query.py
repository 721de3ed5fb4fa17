"""The arguments of a single query, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.hooks import Hooks
    from greenroom.permissions import Prompter
    from greenroom.values.backlog import Backlog
    from greenroom.values.deadlines import Deadlines
    from greenroom_protocol.claude.options import OptionsDict

    class QueryDict(OptionsDict, total=False):
        """Arguments of a query that has a process of its own: ours, and the CLI's options."""

        idempotent: bool
        repairs: int
        deadlines: Deadlines | None
        backlog: Backlog | None
        hooks: Hooks | None
        permissions: Callable[..., Any] | None
        prompter: Prompter | None
        tool_state: Any


__all__ = ["sort_query"]

_OWN: Final = frozenset(
    {
        "backlog",
        "deadlines",
        "hooks",
        "idempotent",
        "permissions",
        "prompter",
        "repairs",
        "tool_state",
    }
)


_OF_SESSIONS: Final = frozenset({"idle_seconds", "label", "observer", "past", "recovery"})


def sort_query(query: QueryDict) -> tuple[dict[str, Any], OptionsDict]:
    """Return the arguments that are ours, and the options of the CLI.

    Raises:
        LocalProtocolError: one makes sense for sessions only.
    """
    for name in _OF_SESSIONS & query.keys():
        raise LocalProtocolError(
            f"{name!r} is for a conversation that outlives its turn: system.session({name}=…)"
        )
    own: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for name, value in query.items():
        (own if name in _OWN else options)[name] = value
    return own, cast("OptionsDict", options)
