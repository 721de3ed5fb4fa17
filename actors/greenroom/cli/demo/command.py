"""The command line of ``greenroom demo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from greenroom.cli.manners import with_manners

if TYPE_CHECKING:
    from greenroom.cli.manners import Manners

__all__ = ["demo"]

_EPILOG = """\b
Examples:
  greenroom demo
  greenroom demo --simulate
"""


@click.command(epilog=_EPILOG)
@click.option("--simulate", is_flag=True, help="Use the simulator even if the real CLI is there.")
@click.option("--executable", metavar="PATH", help="The CLI to run instead of the one found.")
@with_manners
def demo(*, manners: Manners, simulate: bool, executable: str | None) -> int:
    """Watch a session at work: no account, no network, no cost.

    Asks the real CLI against an API that this command embeds; where there is no CLI, a simulated
    one answers. Files go to a temporary directory and away again.
    """
    from greenroom.cli.demo.run import run_demo  # noqa: PLC0415 - a session's worth of imports

    return run_demo(manners, simulate=simulate, executable=executable)
