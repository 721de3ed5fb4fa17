"""The restart of one agent by hand: down, forgiven, up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        self._done: Future[None] = Future(dispatcher)

    def begin(self) -> Future[None]:
        """Begin; return what tells the end."""
        ended = self._tree.terminate_child(self._agent.name)
        ended.add_done_callback(self._then(self._forgive))
        return self._done

    def _then(self, step: Callable[[], object]) -> Callable[[BaseException | None], None]:
        def go_on(error: BaseException | None) -> None:
            if error is not None:
                self._done.fail(error)
                return
            try:
                step()
            except BaseException as failure:  # noqa: BLE001 - it belongs to whoever waits
                self._done.fail(failure)

        return go_on

    def _forgive(self) -> None:
        revive = self._then(self._revive)

        def forgiven(_nothing: Any, error: BaseException | None) -> None:
            revive(error)

        self._dispatcher.run_in_worker(self._pardon, self._agent.name, then=forgiven)

    def _revive(self) -> None:
        started = self._tree.restart_child(self._agent.name)
        started.add_done_callback(self._then(self._greet))

    def _greet(self) -> None:
        if not self._agent.spec.upkeep.warm:
            self._done.settle(None)
            return
        answer = self._agent.session.ping()
        answer.add_done_callback(self._then(lambda: self._done.settle(None)))
