"""The work of ``greenroom status``, ``stop`` and ``restart``: a question to a host."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from greenroom.agents.control_client import ControlClient
from greenroom.agents.find_host import find_socket
from greenroom.cli.agents.table import status_lines
from greenroom.cli.conduct import conduct
from greenroom.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners

__all__ = ["connect", "run_restart", "run_status", "run_stop"]


def connect(file: Path | None, socket: Path | None) -> ControlClient:
    """Return a connection to the host that a command line names, or to the only one.

    Raises:
        AgentError: there is none, or it is not clear which.
    """
    return ControlClient(find_socket(file) if socket is None else socket)


def run_status(manners: Manners, file: Path | None, socket: Path | None, *, as_json: bool) -> int:
    """List the agents."""

    def work(console: Console) -> int:
        with connect(file, socket) as client:
            agents = client.status()
        if as_json:
            console.say_bytes(msgspec.json.encode({"agents": agents}))
        else:
            for line in status_lines(agents, console.out_style, time.time()):
                console.say_styled(line)
        return ExitCode.OK

    return conduct(manners, work)


def run_stop(manners: Manners, file: Path | None, socket: Path | None, name: str | None) -> int:
    """Stop an agent, or all and their host."""

    def work(console: Console) -> int:
        with connect(file, socket) as client:
            client.stop(name)
        console.note("stopped all agents and their host" if name is None else f"stopped {name}")
        return ExitCode.OK

    return conduct(manners, work)


def run_restart(manners: Manners, file: Path | None, socket: Path | None, name: str) -> int:
    """Restart an agent."""

    def work(console: Console) -> int:
        with connect(file, socket) as client:
            client.restart(name)
        console.note(f"restarted {name}")
        return ExitCode.OK

    return conduct(manners, work)
