"""The work of ``greenroom up``: a host of agents, in the foreground."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from greenroom.agents.memory import require_monitor
from greenroom.agents.state_directory import fleet_directory, socket_path
from greenroom.agents.toml import load_agents
from greenroom.backends.claude.secrets import secrets_in, secrets_of
from greenroom.cli.account import choose_account
from greenroom.cli.agents.hosting import Posture, keep_up
from greenroom.cli.conduct import conduct
from greenroom.cli.configured import configured_options
from greenroom.logging import Redactor, configure
from greenroom_protocol.claude.options import merge_options

if TYPE_CHECKING:
    from pathlib import Path

    from greenroom.agents.declaration import AgentSpec
    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners
    from greenroom.logging import Format, Level
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["run_up"]


def run_up(
    manners: Manners,
    file: Path,
    *,
    state_dir: Path | None,
    socket: Path | None,
    log_format: Format,
    grace: float,
) -> int:
    """Keep the agents of a file up until somebody ends it, and return the exit code.

    Args:
        manners: how to talk.
        file: declares the agents.
        state_dir: where to keep what survives the host.
        socket: where to listen.
        log_format: of the log on stderr.
        grace: seconds that agents may take to stop.
    """

    def work(console: Console) -> int:
        specs = load_agents(file)
        configuration = configured_options()
        _check(console, specs, configuration)
        configure(
            log_format,
            level=_level(console),
            stream=console.log_stream,
            colors=console.style.colour,
        )
        directory = fleet_directory(file) if state_dir is None else state_dir.absolute()
        posture = Posture(
            directory=directory,
            socket=socket_path(directory) if socket is None else socket.absolute(),
            grace=grace,
        )
        return keep_up(console, specs, configuration, posture, _start_fleet)

    return conduct(manners, work)


def _start_fleet(specs: tuple[AgentSpec, ...], **given: Any) -> Any:
    from greenroom.agents.fleet import Fleet  # noqa: PLC0415 - a wrong file needs none of it

    return Fleet.start(specs, **given)


def _check(console: Console, specs: tuple[AgentSpec, ...], configuration: OptionsDict) -> None:
    """Refuse now what would only park agents later."""
    secrets = [*secrets_in(os.environ)]
    for spec in specs:
        checked = merge_options(configuration, spec.options)  # type: ignore[arg-type]
        choose_account(checked)
        secrets += secrets_of(checked)
        if spec.upkeep.watches_memory:
            require_monitor()
    console.redactor = Redactor(secrets)


def _level(console: Console) -> Level:
    if console.quiet:
        return "error"
    return "debug" if console.verbosity else "info"
