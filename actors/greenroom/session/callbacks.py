"""What answers the CLI's questions in one session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.callbacks import Caller
from greenroom.hooks import HookCall
from greenroom.permissions import (
    Dialog,
    Elicitation,
    PermissionRequest,
    PermissionService,
    UserQuestions,
)
from greenroom.tools import ServerMessage
from greenroom.values.deadlines import DEFAULT_DEADLINES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.callbacks import Service
    from greenroom.hooks import HookSet
    from greenroom.tools import Connection, ToolServers

__all__ = ["UNATTENDED", "Callbacks", "Services"]

_OF_PERMISSIONS: Final = (PermissionRequest, UserQuestions, Elicitation, Dialog)


class Services(NamedTuple):
    """Who answers what, for one process.

    Attributes:
        table: services by the type of the inquiry they answer.
        connection: the process's connection to the session's own tools.
    """

    table: Mapping[type, Service]
    connection: Connection | None

    def close(self) -> None:
        """The process is gone."""
        if self.connection is not None:
            self.connection.close()


class Callbacks:
    """Hooks, permissions and tools of one session. Immutable, and shared by its processes.

    Args:
        hooks: callbacks on events of the CLI.
        permissions: decides whether a tool may run, and answers what is asked of people.
        servers: the session's own tools.
        caller: whose callbacks they are, between turns.
        seconds: how long a callback may take that sets no limit of its own.
    """

    def __init__(
        self,
        *,
        hooks: HookSet | None = None,
        permissions: PermissionService | None = None,
        servers: ToolServers | None = None,
        caller: Caller | None = None,
        seconds: float = DEFAULT_DEADLINES.callback,
    ) -> None:
        self.hooks = hooks
        self.servers = servers
        self.caller = caller or Caller.here()
        self.seconds = seconds
        self._permissions = permissions or PermissionService()

    def open(self, notify: Callable[[str, dict[str, Any]], object]) -> Services:
        """Return the services for a process that was just started.

        Args:
            notify: takes notifications of the session's own tool servers, on any thread.
        """
        table: dict[type, Any] = dict.fromkeys(_OF_PERMISSIONS, self._permissions)
        if self.hooks is not None:
            table[HookCall] = self.hooks
        connection = None if self.servers is None else self.servers.connect(notify)
        if connection is not None:
            table[ServerMessage] = connection
        return Services(table, connection)


UNATTENDED: Final = Callbacks()
"""For a session without any: everything is refused."""
