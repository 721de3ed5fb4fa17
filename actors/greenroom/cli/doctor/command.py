"""The command line of ``greenroom doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from greenroom.cli.manners import with_manners

if TYPE_CHECKING:
    from greenroom.cli.manners import Manners

__all__ = ["doctor"]

_EPILOG = """\b
Examples:
  greenroom doctor
  greenroom doctor -o json | jq .claude.version

\b
Exit codes:
    0  a session can be started
   69  the CLI is not installed or not logged in
   78  a configuration file or the choice of credentials is wrong
"""


@click.command(epilog=_EPILOG)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
@click.option("--executable", metavar="PATH", help="Examine this binary.")
@with_manners
def doctor(*, manners: Manners, output: str, executable: str | None) -> int:
    """Show what a session would run with.

    Binary, account, files, platform, versions: what is there and what stands in the way.

    Names credentials, never their values. Asks the binary for its version and the API nothing.
    """
    from greenroom.cli.doctor.run import run_doctor  # noqa: PLC0415 - a session's worth of imports

    return run_doctor(manners, output=output, executable=executable)
