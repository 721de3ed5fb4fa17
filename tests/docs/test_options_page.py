# ruff: noqa: E501 - the page is wrapped at 120 columns
"""The page of options is the option table."""

from pathlib import Path

from greenroom_protocol.claude.options import (
    not_offered_table_markdown,
    options_table_markdown,
)

PAGE = Path(__file__).parents[2] / "docs" / "options.md"

HEAD = """# Options

Every option of a session, and what it becomes on the way to Claude Code (CLI 2.1.329). They are checked before anything
is started, and a wrong name is answered with the closest right one. Options marked *query* may be given for a single
turn of a running session, those marked *process* as well, at the price of another process that goes on with the
conversation; all of them may be given for a parallel query.

Values are bound (`--flag=value`), so none can become a flag. What is as large as a user likes travels in the handshake
or in private files, never on the command line; credentials travel in the environment alone.
"""

MIDDLE = """
## Not offered

Flags and variables of the CLI that make no sense for a session that a program drives.
"""


def test_the_page_of_options_says_what_the_table_says():
    """To mend the page, write to it what this test expects."""
    tables = (options_table_markdown().strip(), not_offered_table_markdown().strip())
    expected = f"{HEAD}\n{tables[0]}\n{MIDDLE}\n{tables[1]}\n"
    assert PAGE.read_text("utf-8") == expected
