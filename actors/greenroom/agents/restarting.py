"""The restart of one agent by hand: down, forgiven, up again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from greenroom.agents.errors import AgentDownError
from greenroom.runtime import Future

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.agents.agent import Agent
    from greenroom.runtime import Dispatcher
    from greenroom.runtime.supervision import Supervisor

__all__ = ["Restarting"]


class Restarting:
    """Goes through the steps of a restart, each when the one before is done.

    Args:
        agent: whose it is.
        tree: the supervisor of the agents.
        pardon: forgets what went wrong with an agent; it blocks.
        dispatcher: where the agent lives.

    Attributes:
        done: tells the end.
    """

    def __init__(
        self,
        agent: Agent,
        tree: Supervisor,
        pardon: Callable[[str], None],
        dispatcher: Dispatcher,
    ) -> None:
        self._agent = agent
        self._tree = tree
        self._pardon = pardon
        self._dispatcher = dispatcher
        self._lock = threading.Lock()
        self._called_off = False
        self.done: Future[None] = Future(dispatcher)

    @property
    def under_way(self) -> bool:
        """Whether the agent will yet come up by this."""
        return not (self._called_off or self.done.done)

    def begin(self) -> None:
        """Begin."""
        ended = self._tree.terminate_child(self._agent.name)
        ended.add_done_callback(self._then(self._forgive))

    def call_off(self) -> None:
        """Start nothing from now on: who stops the agent next has the last word."""
        with self._lock:
            self._called_off = True

    def _then(self, step: Callable[[], object]) -> Callable[[BaseException | None], None]:
        def go_on(error: BaseException | None) -> None:
            if error is not None:
                self.done.fail(error)
                return
            try:
                step()
            except BaseException as failure:  # noqa: BLE001 - it belongs to whoever waits
                self.done.fail(failure)

        return go_on

    def _forgive(self) -> None:
        revive = self._then(self._revive)

        def forgiven(_nothing: Any, error: BaseException | None) -> None:
            revive(error)

        self._dispatcher.run_in_worker(self._pardon, self._agent.name, then=forgiven)

    def _revive(self) -> None:
        with self._lock:
            if self._called_off:
                raise AgentDownError(
                    f"agent {self._agent.name!r} was stopped while it was restarted"
                )
            started = self._tree.restart_child(self._agent.name)
        started.add_done_callback(self._then(self._greet))

    def _greet(self) -> None:
        if not self._agent.spec.upkeep.warm:
            self.done.settle(None)
            return
        answer = self._agent.session.ping()
        answer.add_done_callback(self._then(lambda: self.done.settle(None)))
