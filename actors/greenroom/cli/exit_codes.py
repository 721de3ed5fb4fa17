"""The exit codes of the command, by name: what a script may rely on.

After BSD's ``sysexits`` where there is a word for it, after ``timeout(1)`` and the shells where
there is not.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self

__all__ = ["ExitCode", "exit_code_table"]


class ExitCode(IntEnum):
    """What became of a run of the command.

    Attributes:
        meaning: it in words.
    """

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Self:
        """Make a code that knows its meaning."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    OK = 0, "done: the answer is complete"
    FAILED = 1, "the run failed: refused, cut off, a limit reached, the CLI died"
    USAGE = 2, "the command line or an option is wrong"
    UNAVAILABLE = 69, "the CLI is not installed or not logged in, or no agents are up"
    INTERNAL = 70, "a bug of greenroom"
    TRY_AGAIN = 75, "rate limited or overloaded: try again later"
    CONFIGURATION = 78, "a configuration file or the choice of credentials is wrong"
    TIMED_OUT = 124, "a deadline passed"
    HUNG_UP = 129, "the terminal went away (SIGHUP)"
    INTERRUPTED = 130, "interrupted (Ctrl-C, SIGINT)"
    BROKEN_PIPE = 141, "the reader of the output went away (SIGPIPE)"
    TERMINATED = 143, "terminated (SIGTERM)"

    @classmethod
    def of_signal(cls, number: int) -> int:
        """Return the code of a run that signal `number` ended, as shells count."""
        return 128 + number


def exit_code_table() -> str:
    """Return all codes with their meanings, one a line."""
    return "\n".join(f"  {code.value:>3}  {code.meaning}" for code in ExitCode)
