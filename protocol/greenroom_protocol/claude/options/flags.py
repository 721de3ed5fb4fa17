"""Flags of the CLI that are no options: the ones always sent, and the ones never offered."""

from __future__ import annotations

from typing import Final, NamedTuple

from greenroom_protocol.claude.options.row import Takes

__all__ = ["BASE_ARGV", "CONSTANT_ENVIRONMENT", "FIXED", "NOT_OFFERED", "Fixed", "NotOffered"]


class Fixed(NamedTuple):
    """A flag, or a variable, whose value is not the caller's to choose."""

    value: str | None
    reason: str
    takes: Takes = Takes.VALUE


class NotOffered(NamedTuple):
    """Why something of the CLI makes no sense for a session that a program drives."""

    reason: str
    takes: Takes = Takes.NOTHING
    aliases: tuple[str, ...] = ()


FIXED: Final = {
    "--output-format": Fixed("stream-json", "frames are what this package reads"),
    "--verbose": Fixed(None, "stream-json needs it", Takes.NOTHING),
    "--input-format": Fixed("stream-json", "prompts and control requests go to standard input"),
}

BASE_ARGV: Final = tuple(
    flag if fixed.value is None else f"{flag}={fixed.value}" for flag, fixed in FIXED.items()
)
"""What every command line begins with, behind the executable."""

CONSTANT_ENVIRONMENT: Final = {"CLAUDE_CODE_SDK_READS_SESSION_STATE": "1"}
"""Variables every child has: without this one nothing tells when a session is idle."""

_TERMINAL = "it is for a person at a terminal"
_CLOUD = "the session would run elsewhere, not in the process that is driven"

NOT_OFFERED: Final = {
    "--print": NotOffered("a pipe for standard input implies it", aliases=("-p",)),
    "--help": NotOffered("it prints a text and ends", aliases=("-h",)),
    "--version": NotOffered("it prints a text and ends", aliases=("-v",)),
    "--ax-screen-reader": NotOffered(_TERMINAL),
    "--bg": NotOffered("the process would detach and end", aliases=("--background",)),
    "--chrome": NotOffered("it drives a browser on a desktop"),
    "--no-chrome": NotOffered("nothing here switches the browser on"),
    "--cloud": NotOffered(_CLOUD, Takes.OPTIONAL),
    "--desktop": NotOffered("it opens a desktop application"),
    "--environment": NotOffered(_CLOUD, Takes.VALUE),
    "--ide": NotOffered("it connects to an editor on a desktop"),
    "--remote-control": NotOffered(_TERMINAL, Takes.OPTIONAL),
    "--remote-control-session-name-prefix": NotOffered(_TERMINAL, Takes.VALUE),
    "--teleport": NotOffered(_CLOUD, Takes.OPTIONAL),
    "--tmux": NotOffered(_TERMINAL, Takes.OPTIONAL),
    "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": NotOffered(
        "CLAUDE_CODE_SDK_READS_SESSION_STATE is always set and gives the same frames"
    ),
    "CLAUDE_AGENT_SDK_VERSION": NotOffered("it is the mark of another client"),
    "CLAUDECODE": NotOffered("it makes no difference"),
    "TMPDIR": NotOffered("every child has a private one"),
    "PWD": NotOffered("it follows `cwd`"),
}
"""Flags and variables of CLI 2.1.329 without an option, each with the reason."""
