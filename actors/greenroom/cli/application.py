"""The command as a whole: its sub-commands, and the edge where everything becomes an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click

from greenroom import __version__
from greenroom.cli.agents.commands import restart, status, stop, tell, up
from greenroom.cli.ask.command import ask
from greenroom.cli.demo.command import demo
from greenroom.cli.doctor.command import doctor
from greenroom.cli.exit_codes import ExitCode, exit_code_table

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "run"]

_EPILOG = f"""\b
Examples:
  greenroom demo
  greenroom ask "What does this repository do?"
  git diff | greenroom ask "Review this change:" -
  greenroom doctor
  greenroom up agents.toml

\b
Exit codes:
{exit_code_table()}
"""


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click calls it so
    if wanted and not context.resilient_parsing:
        click.echo(f"greenroom {__version__}")
        context.exit()


@click.group(
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def greenroom() -> None:
    """Run coding-agent CLIs as supervised actors."""


for _command in (ask, demo, doctor, up, status, tell, restart, stop):
    greenroom.add_command(_command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; never raises but for what ends the interpreter.

    Args:
        arguments: of the command line, without the program's name; by default this process's own.
    """
    try:
        code = greenroom.main(args=arguments, prog_name="greenroom", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    return code if isinstance(code, int) else ExitCode.OK


def main() -> NoReturn:
    """Run the command and leave the process with its exit code."""
    sys.exit(int(run()))
