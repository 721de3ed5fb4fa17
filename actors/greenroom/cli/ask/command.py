"""The command line of ``greenroom ask``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from greenroom.cli.exit_codes import exit_code_table
from greenroom.cli.manners import with_manners

if TYPE_CHECKING:
    from greenroom.cli.manners import Manners

__all__ = ["ask"]

_EPILOG = f"""\b
Examples:
  greenroom ask "What does this repository do?"
  greenroom ask --model haiku --tools "" "Say hello in French"
  git diff | greenroom ask "Review this change:" -
  greenroom ask --continue --allow Edit --allow "Bash(make test)" "Fix it"
  greenroom ask -o json "List three colours" | jq -r .text
  greenroom ask --option effort=low --option add_dirs='["../lib"]' "Where is it?"

\b
Exit codes:
{exit_code_table()}
"""


@click.command(epilog=_EPILOG)
@click.argument("prompt", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "stream-json"]),
    default="text",
    show_default=True,
    help="text: the answer as it is written. json: one object when the turn is over, whatever "
    "became of it. stream-json: every frame of the CLI, one line each, unchanged.",
)
@click.option("-m", "--model", metavar="NAME", help="The model: an alias or a full name.")
@click.option("-s", "--system", metavar="TEXT", help="The system prompt.")
@click.option("-C", "--cwd", metavar="DIR", help="Where the agent works.")
@click.option("-r", "--resume", metavar="ID", help="Go on with this conversation.")
@click.option("-c", "--continue", "continue_", is_flag=True, help="Go on with the newest one here.")
@click.option("--fork", is_flag=True, help="Go on with a copy of it; the original stays as it is.")
@click.option(
    "--tools", metavar="NAMES", help='Tools there are, comma-separated; "" for none at all.'
)
@click.option(
    "--allow", metavar="TOOL", multiple=True, help="A tool that runs unasked; give it repeatedly."
)
@click.option("--max-turns", type=click.IntRange(min=1), help="API round trips at most.")
@click.option("--max-budget-usd", type=float, help="Dollars at most, as estimated by the CLI.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End it if there is no result by then.",
)
@click.option(
    "--option",
    "extra",
    metavar="KEY=VALUE",
    multiple=True,
    help="Any option of a session. A value that is JSON is read as JSON, others are text.",
)
@click.option("--executable", metavar="PATH", help="The binary to run.")
@with_manners
def ask(*, manners: Manners, prompt: tuple[str, ...], **given: Any) -> int:
    """Ask PROMPT and print the answer.

    A PROMPT of "-", or none at all with something piped in, is read from stdin.
    """
    from greenroom.cli.ask.run import run_ask  # noqa: PLC0415 - a session's worth of imports

    return run_ask(manners, prompt, given)
