"""One life of a host: records, agents, the socket for commands, the service manager, the end."""

from __future__ import annotations

import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from greenroom.agents.control_door import ControlDoor
from greenroom.agents.control_socket import ControlSocket
from greenroom.agents.life_sign import LifeSign, in_a_line
from greenroom.agents.notify import Notifier
from greenroom.agents.record_store import RecordStore
from greenroom.cli.agents.hosted_fleet import HostedFleet
from greenroom.cli.exit_codes import ExitCode
from greenroom.runtime.log import report_error, report_warning
from greenroom.system import System
from greenroom.system.interruption import Interruption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from greenroom.agents.declaration import AgentSpec
    from greenroom.cli.agents.hosted_fleet import StartedFleet
    from greenroom.cli.console import Console

__all__ = ["Posture", "StartsFleet", "keep_up"]

_KILL_SECONDS: Final = 10.0
"""What killing may take, when the grace is over."""


class Posture(NamedTuple):
    """Where a host keeps and hears things, and how it ends.

    Attributes:
        directory: of the records.
        socket: where commands come in.
        grace: seconds that agents may take to stop; then they are killed.
    """

    directory: Path
    socket: Path
    grace: float


class StartsFleet(Protocol):
    """Starts agents."""

    def __call__(
        self, specs: tuple[AgentSpec, ...], *, system: System, store: RecordStore
    ) -> StartedFleet:
        """Return a fleet whose agents are being started."""


def keep_up(
    console: Console,
    specs: tuple[AgentSpec, ...],
    configuration: Mapping[str, Any],
    posture: Posture,
    start_fleet: StartsFleet,
) -> int:
    """Keep agents up until a signal or a client ends it, and return the exit code.

    It fails when what keeps them up ends by itself: whoever started the host may start another.
    For the main thread alone.

    Raises:
        AgentsRunningError: another host keeps them up.
        StateDirectoryError: the state directory cannot be used.
    """
    ended, lost = threading.Event(), threading.Event()

    def lose() -> None:
        lost.set()
        ended.set()

    with (
        Interruption() as interruption,
        Notifier.from_environment() as notifier,
        RecordStore(posture.directory) as store,
        System(configuration=configuration) as system,
    ):
        interruption.answer_with(orderly=ended.set, at_once=system.kill)
        with closing(ControlSocket(posture.socket)) as control:
            fleet = HostedFleet(
                start_fleet(specs, system=system, store=store),
                system.dispatcher,
                on_lost=lose,
                grace=posture.grace,
                on_overdue=partial(_hurry, system, ended, posture.grace),
            )
            door = ControlDoor.start(
                control, fleet, on_stopped=ended.set, dispatcher=system.dispatcher
            )
            LifeSign.start(notifier, fleet.status, dispatcher=system.dispatcher)
            notifier.ready(in_a_line(fleet.status()))
            console.note(f"{len(specs)} agents up; commands come in at {posture.socket}")
            ended.wait()
            notifier.stopping("stopping the agents")
            _stop(fleet, posture.grace + _KILL_SECONDS)
            # When no process is left, and before the door closes: whoever waits there for the end
            # may start another host.
            store.close()
            door.stop()
    if lost.is_set():
        console.tell(f"{console.style.bad('error:')} the agents ended by themselves; see the log")
        return ExitCode.FAILED
    return _exit_code(interruption.signal)


def _hurry(system: System, ended: threading.Event, seconds: float) -> None:
    """Have processes killed. Whoever asked for the end is still to be told of it, if possible."""
    report_warning(__name__, "agents_overdue", seconds=seconds)
    system.begin_closing(0.0)
    if not ended.wait(_KILL_SECONDS):
        system.kill()


def _stop(fleet: HostedFleet, seconds: float) -> None:
    try:
        fleet.stop(None).get(timeout=seconds)
    except Exception as error:  # noqa: BLE001 - the system closes next, and ends what is left
        report_error(__name__, "agents_not_stopped", error, seconds=seconds)


def _exit_code(signal: int | None) -> int:
    return ExitCode.OK if signal is None else ExitCode.of_signal(signal)
