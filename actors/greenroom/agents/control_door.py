"""Where the operator's commands come in: an actor that listens on a Unix socket.

Only the user the host runs as, and root, are let in; who it is the kernel says. A client that sends
nonsense, takes too long or takes too much loses its connection and disturbs nobody.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from greenroom.agents.control_service import ControlService
from greenroom.agents.control_socket import peer_uid
from greenroom.agents.control_visit import Patience, Visit
from greenroom.agents.control_wire import Denied, encode
from greenroom.runtime import Actor, handles
from greenroom.runtime.log import report_warning

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import TracebackType

    from greenroom.agents.control_service import ServedFleet
    from greenroom.agents.control_socket import ControlSocket

__all__ = ["ControlDoor"]

_ROOT: Final = 0
_MOST_TURNS: Final = 16
_MOST_CLIENTS: Final = 2 * _MOST_TURNS
_PAUSE_SECONDS: Final = 1.0
"""Until clients are let in again when there was no descriptor to let one in with."""


class _GoOn(NamedTuple):
    """It is time to let clients in again."""


class ControlDoor(Actor):
    """Lets clients in and has their requests carried out; at its end the socket is removed.

    Args:
        control: where to listen; closed by this actor.
        fleet: whose agents requests are about.
        on_stopped: called when a client had all agents stopped, after it was told.
        most_turns: that are followed at a time, for clients that are there and that went away;
            whoever asks for more is told to wait. So turns that take for ever keep nobody from
            looking at the agents, and from stopping them.
        most_clients: at a time; more are told that they must wait.
        patience: how long clients may take.
    """

    mailbox_bound: ClassVar[int | None] = 8

    def __init__(
        self,
        control: ControlSocket,
        fleet: ServedFleet,
        *,
        on_stopped: Callable[[], object] | None = None,
        most_turns: int = _MOST_TURNS,
        most_clients: int = _MOST_CLIENTS,
        patience: Patience | None = None,
    ) -> None:
        super().__init__()
        self._control = control
        self._service = ControlService(fleet, on_stopped)
        self._most_turns = most_turns
        self._most_clients = most_clients
        self._patience = Patience() if patience is None else patience
        self._visits: set[Visit] = set()
        self._let_in = {_ROOT, os.geteuid()}

    def on_start(self) -> None:
        """Listen."""
        self._go_on(_GoOn())

    def on_stop(self) -> None:
        """Remove the socket, then let all clients go."""
        self.dispatcher.remove_reader(self._control.listener.fileno())
        self._control.close()
        for visit in tuple(self._visits):
            visit.dismiss()

    def on_failure(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave as little behind after a fault of our own."""
        del kind, error, traceback
        self.on_stop()

    @handles(_GoOn)
    def _go_on(self, _message: _GoOn) -> None:
        self.dispatcher.add_reader(self._control.listener.fileno(), self._knock)

    def _knock(self) -> None:
        """Let one client in; if there are more, this is called again."""
        try:
            connection, _ = self._control.listener.accept()
        except (BlockingIOError, ConnectionError):  # it went away again
            return
        except OSError as error:  # no descriptors: the client waits, and we need not spin
            report_warning(__name__, "control_door_paused", why=str(error))
            self.dispatcher.remove_reader(self._control.listener.fileno())
            self.after(_PAUSE_SECONDS, _GoOn())
            return
        try:
            self._receive(connection)
        except BaseException:
            connection.close()
            raise

    def _receive(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        uid = peer_uid(connection)
        if uid not in self._let_in:
            report_warning(__name__, "control_client_refused", uid=uid)
            _send_away(connection, "forbidden", f"user {uid} may not control these agents")
        elif len(self._visits) >= self._most_clients:
            _send_away(connection, "busy", f"{self._most_clients} clients are being served")
        else:
            visit = Visit(
                connection,
                self._service,
                self.dispatcher,
                self._patience,
                may_tell=self._may_tell,
                over=self._visits.discard,
            )
            self._visits.add(visit)
            visit.begin()

    def _may_tell(self) -> bool:
        return sum(visit.telling for visit in self._visits) < self._most_turns


def _send_away(connection: socket.socket, code: str, message: str) -> None:
    with suppress(OSError):
        connection.send(encode(Denied(code=code, message=message)))
    connection.close()
