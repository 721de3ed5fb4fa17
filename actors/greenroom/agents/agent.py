"""The handle of one agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from greenroom.agents.errors import AgentDownError

if TYPE_CHECKING:
    from greenroom.agents.board import AgentBoard
    from greenroom.agents.declaration import AgentSpec
    from greenroom.agents.status import AgentStatus
    from greenroom.backends.base import Prompt
    from greenroom.session import Session
    from greenroom.turn import Turn
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["Agent"]


class Agent:
    """One agent of a fleet, through all its lives. Thread-safe; get it from `Fleet`.

    Attributes:
        spec: what it was declared as.
    """

    __slots__ = ("_board", "spec")

    def __init__(self, spec: AgentSpec, board: AgentBoard) -> None:
        self.spec = spec
        self._board = board

    def __repr__(self) -> str:
        return f"<Agent {self.spec.name} {self._board.phase}>"

    @property
    def name(self) -> str:
        """Its name."""
        return self.spec.name

    @property
    def status(self) -> AgentStatus:
        """What it is at. Never waits."""
        return self._board.status()

    @property
    def session(self) -> Session:
        """The session that serves it now; another one does after the agent itself was restarted.

        Raises:
            AgentDownError: none does.
        """
        session = self._board.session
        if session is None:
            status = self._board.status()
            why = f": {status.parked_reason}" if status.parked_reason else ""
            raise AgentDownError(
                f"agent {self.name!r} is {status.phase}{why}; restart it to have it serve again"
            )
        return session

    def ask(
        self, prompt: Prompt, *, idempotent: bool | None = None, **query: Unpack[OptionsDict]
    ) -> Turn[Any]:
        """Ask it something; returns at once, as `Session.ask` does.

        Args:
            prompt: text, or content blocks in the CLI's own form.
            idempotent: it does no harm to ask this twice; what its declaration says by default.
            query: as for `Session.ask`.

        Raises:
            AgentDownError: it does not live, because it was stopped or has given up.
            LocalProtocolError: an option is unknown, invalid, or fixed for its process.
        """
        repeatable = self.spec.idempotent if idempotent is None else idempotent
        return self.session.ask(prompt, idempotent=repeatable, **query)
