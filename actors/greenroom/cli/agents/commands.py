"""The command lines of the commands about long-lived agents."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from greenroom.cli.manners import with_manners

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.cli.manners import Manners

__all__ = ["restart", "status", "stop", "tell", "up"]

T = TypeVar("T")

_PATH = click.Path(path_type=Path)


def _about_a_host(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command ``--file`` and ``--socket``, which say whose agents are meant."""

    @click.option(
        "-f",
        "--file",
        type=_PATH,
        metavar="FILE",
        help="The file that declares the agents. By default agents.toml here, else the only "
        "agents that are up.",
    )
    @click.option(
        "--socket",
        type=_PATH,
        metavar="PATH",
        envvar="GREENROOM_SOCKET",
        help="The socket of their host, where `up` was given one.",
    )
    @wraps(command)
    def located(*, file: Path | None, socket: Path | None, **rest: object) -> T:
        return command(file=file, socket=socket, **rest)

    return located


_UP_EPILOG = """\b
Examples:
  greenroom up agents.toml
  greenroom up agents.toml --log json --state-dir /var/lib/greenroom

\b
Exit codes:
    0  `greenroom stop` ended it
    1  another host keeps these agents up already, or what kept them up ended by itself
   78  the file, another configuration or the state directory is wrong
  129, 130, 143  a signal ended it, in an orderly way
"""


@click.command(epilog=_UP_EPILOG)
@click.argument("file", type=_PATH)
@click.option(
    "--state-dir",
    type=_PATH,
    metavar="DIR",
    help="Where to keep what survives the host; by default a directory for this FILE below "
    "$GREENROOM_STATE_DIR or the platform's place for state.",
)
@click.option(
    "--socket",
    type=_PATH,
    metavar="PATH",
    envvar="GREENROOM_SOCKET",
    help="Where to listen for the other commands; by default in the state directory.",
)
@click.option(
    "--log",
    "log_format",
    type=click.Choice(["auto", "console", "json"]),
    default="auto",
    show_default=True,
    help="The form of the log on stderr; auto: console on a terminal, else json.",
)
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="How long agents may take to stop.",
)
@with_manners
def up(*, manners: Manners, file: Path, **given: object) -> int:
    """Keep the agents up that FILE declares, until stopped.

    Runs in the foreground. SIGTERM, SIGINT or `greenroom stop` end it in an orderly way, a second
    signal at once.
    """
    from greenroom.cli.agents.up import run_up  # noqa: PLC0415 - a session's worth of imports

    return run_up(manners, file, **given)  # type: ignore[arg-type]  # as click converts them


_STATUS_EPILOG = """\b
Examples:
  greenroom status
  greenroom status --json | jq -r '.agents[] | select(.phase == "parked") | .name'

\b
Exit codes:
    0  the agents are listed, whatever they are at
   69  no host keeps them up
"""


@click.command(epilog=_STATUS_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@_about_a_host
@with_manners
def status(*, manners: Manners, file: Path | None, socket: Path | None, as_json: bool) -> int:
    """Show what every agent is at."""
    from greenroom.cli.agents.ask_host import run_status  # noqa: PLC0415 - see above

    return run_status(manners, file, socket, as_json=as_json)


_STOP_EPILOG = """\b
Examples:
  greenroom stop reviewer
  greenroom stop && greenroom up agents.toml

\b
Exit codes:
    0  stopped: no process of it is left
    2  there is no such agent
   69  no host keeps them up
"""


@click.command(epilog=_STOP_EPILOG)
@click.argument("name", required=False)
@_about_a_host
@with_manners
def stop(*, manners: Manners, file: Path | None, socket: Path | None, name: str | None) -> int:
    """Stop agent NAME, or all agents and their host.

    A stopped agent keeps its conversation; `greenroom restart` has it go on.
    """
    from greenroom.cli.agents.ask_host import run_stop  # noqa: PLC0415 - see above

    return run_stop(manners, file, socket, name)


_RESTART_EPILOG = """\b
Examples:
  greenroom restart reviewer

\b
Exit codes:
    0  it has another process
    1  that could not be started
    2  there is no such agent
   69  no host keeps them up
"""


@click.command(epilog=_RESTART_EPILOG)
@click.argument("name")
@_about_a_host
@with_manners
def restart(*, manners: Manners, file: Path | None, socket: Path | None, name: str) -> int:
    """Give agent NAME another process, whatever it is at.

    It goes on with its conversation. One that is parked, stopped or given up tries again.
    """
    from greenroom.cli.agents.ask_host import run_restart  # noqa: PLC0415 - see above

    return run_restart(manners, file, socket, name)


_TELL_EPILOG = """\b
Examples:
  greenroom tell reviewer "What changed since yesterday?"
  git diff | greenroom tell reviewer "Review this:" -
  greenroom tell reviewer --json "List three risks" | jq -r .text

\b
Exit codes are those of `greenroom ask`, and:
    2  there is no such agent
   69  no host keeps them up
"""


@click.command(epilog=_TELL_EPILOG)
@click.argument("name")
@click.argument("prompt", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object when the turn is over.")
@click.option(
    "--cancel-on-disconnect",
    is_flag=True,
    help="Interrupt the turn when this command ends before it; else the turn goes on.",
)
@_about_a_host
@with_manners
def tell(
    *,
    manners: Manners,
    file: Path | None,
    socket: Path | None,
    name: str,
    prompt: tuple[str, ...],
    **how: bool,
) -> int:
    """Ask agent NAME the PROMPT in its conversation and print the answer.

    A PROMPT of "-", or none at all with something piped in, is read from stdin.
    """
    from greenroom.cli.agents.tell import run_tell  # noqa: PLC0415 - see above

    return run_tell(manners, file, socket, name, prompt, **how)
