"""What an agent is: its name, its options, its callbacks and its upkeep."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from greenroom.agents.upkeep import DEFAULT_UPKEEP, Upkeep
from greenroom.values.backlog import Backlog
from greenroom.values.deadlines import DEFAULT_DEADLINES, Deadlines
from greenroom.values.kind import require_kind

__all__ = ["AgentSpec", "check_agent_name"]

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def check_agent_name(name: object) -> None:
    """Raise unless `name` can be that of an agent; it is also the name of a file.

    Raises:
        TypeError: it is no text.
        ValueError: it is empty, too long, or has other characters.
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of an agent must be a text, not {name!r:.100}")
    if _NAME.fullmatch(name) is None:
        raise ValueError(
            f"{name!r:.100} cannot be the name of an agent: it takes 1 to 64 small letters, "
            "digits, '-' and '_', and begins with a letter or a digit"
        )


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One agent, as it is declared; `load_agents` reads some from a file.

    No repr shows the values of options: secrets may be among them.

    Attributes:
        name: unique in its fleet: small letters, digits, ``-`` and ``_``, 64 at most.
        options: of its session, see docs/options.md; its conversation is set by what is observed,
            so none that begins or resumes one.
        upkeep: how it is kept up.
        deadlines: clocks of its turns.
        backlog: what becomes of frames while nobody reads them; the system's by default.
        idempotent: a turn that was lost with its process may be asked again by itself. Only for
            agents whose turns may run twice: tools that ran have run.
        hooks: as for `System.session`; so are the next three.
        permissions: a function, or a `Policy`.
        prompter: whom questions to people go to.
        tool_state: what tools of this program are handed.

    Raises:
        TypeError: a value is of another kind than it must be.
        ValueError: the name is none, or an option would choose the conversation.
    """

    name: str
    options: Mapping[str, Any] = {}
    upkeep: Upkeep = DEFAULT_UPKEEP
    deadlines: Deadlines = DEFAULT_DEADLINES
    backlog: Backlog | None = None
    idempotent: bool = False
    hooks: Any = None
    permissions: Any = None
    prompter: Any = None
    tool_state: Any = None

    def __post_init__(self) -> None:
        check_agent_name(self.name)
        require_kind(self.options, Mapping, "options", '{"model": "haiku"}')
        require_kind(self.upkeep, Upkeep, "upkeep", "Upkeep(recycle_turns=100)")
        require_kind(self.deadlines, Deadlines, "deadlines", "Deadlines(total=30)")
        require_kind(self.idempotent, bool, "idempotent", "idempotent=True")
        if self.backlog is not None:
            require_kind(self.backlog, Backlog, "backlog", 'Backlog(overflow="pause")')
        for option in sorted(_OF_THE_CONVERSATION & self.options.keys()):
            raise ValueError(
                f"agent {self.name!r} sets option {option!r}, which an agent may not: it goes on "
                "with its own conversation, as last observed; leave the option out"
            )

    def __repr__(self) -> str:
        return f"AgentSpec({self.name!r}, options={sorted(self.options)}, upkeep={self.upkeep!r})"


_OF_THE_CONVERSATION: Final = frozenset(
    {
        "continue_conversation",
        "fork_session",
        "from_pr",
        "no_session_persistence",
        "resume",
        "resume_drops_turn",
        "resume_session_at",
        "session_id",
    }
)
"""Options that say which conversation to go on with, or that it is not to be stored."""
