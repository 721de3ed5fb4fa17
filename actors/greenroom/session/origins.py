"""Which turn a sub-agent was started in, so that what it asks later is asked as if by that turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.session.flight import Flight

__all__ = ["Origins"]

_MOST: Final = 10_000


class Origins:
    """The sub-agents of one process, and their tool calls. Bounded: the oldest are forgotten.

    A sub-agent in the background outlives its turn. While another turn runs it still acts for
    whoever started it; of one that nobody knows it is not said for whom.
    """

    def __init__(self) -> None:
        self._agents: dict[str, Flight | None] = {}
        self._calls: dict[str, str] = {}

    def begins(self, agent_id: str, tool_use_id: str | None, flight: Flight | None) -> None:
        """A sub-agent starts, by that tool call, while `flight` is in the air."""
        parent = self._calls.get(tool_use_id or "")
        owner = flight if parent is None else self._agents.get(parent)
        self._agents[agent_id] = owner
        _bound(self._agents)

    def calls(self, agent_id: str, tool_use_ids: Iterable[str]) -> None:
        """A sub-agent calls tools."""
        for tool_use_id in tool_use_ids:
            self._calls[tool_use_id] = agent_id
        _bound(self._calls)

    def asker(
        self, agent_id: str | None, tool_use_id: str | None, flight: Flight | None
    ) -> Flight | None:
        """Return the turn for which something is asked while `flight` is in the air."""
        agent = agent_id or self._calls.get(tool_use_id or "")
        return flight if agent is None else self._agents.get(agent)


def _bound(known: dict[str, Any]) -> None:
    while len(known) > _MOST:
        del known[next(iter(known))]
