"""How the CLI reads a command line: an independent model of its parser.

It knows which flags exist and what stands behind each, and nothing of how they were rendered. So
it can tell that a value did not become a flag, and simulators can take the CLI's part with it.
The rules are those of the parser that the CLI is built on: a flag with a required value takes the
next token whatever it is, one with an optional value leaves a token that looks like a flag alone,
a flag with several takes all tokens up to the next flag, and `--flag=value` binds.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

from greenroom_protocol.claude.options.flags import FIXED, NOT_OFFERED
from greenroom_protocol.claude.options.row import Carrier, Takes
from greenroom_protocol.claude.options.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Argv", "read_argv"]

_SEVERAL: Final = {
    "--add-dir",
    "--allowedTools",
    "--betas",
    "--disallowedTools",
    "--file",
    "--mcp-config",
    "--tools",
}
"""Flags that take all tokens up to the next flag (`<x...>` in the CLI's help)."""


class Argv(msgspec.Struct):
    """A command line as the CLI understands it.

    Attributes:
        flags: the flags in order, each with its value; None for a bare one.
        operands: what is no flag: a prompt, if there is anything.
        unknown: tokens that look like flags; the CLI ends with code 1 for the first of them.
        unfinished: a flag whose required value is missing, else None.
    """

    flags: list[tuple[str, str | None]] = []
    operands: list[str] = []
    unknown: list[str] = []
    unfinished: str | None = None


def read_argv(argv: Sequence[str]) -> Argv:
    """Read the tokens behind the executable."""
    tokens, read, several = deque(argv), Argv(), None
    while tokens:
        item = tokens.popleft()
        if item == "--":  # the rest are operands, whatever they look like
            read.operands += tokens
            break
        if not _looks_like_flag(item):
            if several:
                read.flags.append((several, item))
            else:
                read.operands.append(item)
            continue
        several = None
        name, bound = _known(item, tokens)
        if name is None:
            read.unknown.append(item)
        elif bound is not None:
            read.flags.append((name, bound))
        else:
            several = _take(name, tokens, read)
    return read


def _take(name: str, tokens: deque[str], read: Argv) -> str | None:
    """Take what stands behind a flag; returns the flag if it goes on taking."""
    takes = _TAKES[name]
    if takes is Takes.NOTHING:
        read.flags.append((name, None))
    elif takes is Takes.OPTIONAL:
        value = tokens.popleft() if tokens and not _looks_like_flag(tokens[0]) else None
        read.flags.append((name, value))
    elif tokens:
        read.flags.append((name, tokens.popleft()))
    else:
        read.unfinished = name
    return name if name in _SEVERAL else None


def _known(token: str, tokens: deque[str]) -> tuple[str | None, str | None]:
    """Find the flag that a token names, and the value that is bound to it."""
    if token in _NAMES:
        return _NAMES[token], None
    if token[1] != "-":
        name = _NAMES.get(token[:2])
        if name is None:
            return None, None
        if _TAKES[name] is Takes.NOTHING:
            tokens.appendleft(f"-{token[2:]}")
            return name, None
        return name, token[2:]
    flag, equals, value = token.partition("=")
    name = _NAMES.get(flag) if equals else None
    if name is None or _TAKES[name] is Takes.NOTHING:
        return None, None
    return name, value


def _looks_like_flag(token: str) -> bool:
    return len(token) > 1 and token.startswith("-")


def _flags() -> Iterator[tuple[str, Takes, tuple[str, ...]]]:
    for option in TABLE.values():
        if option.carrier in {Carrier.FLAG, Carrier.FILE} and option.name != "extra_args":
            yield option.wire, option.takes, option.aliases
        if option.replaces:
            yield option.replaces, _REPLACED.get(option.replaces, Takes.VALUE), ()
    for flag, refused in NOT_OFFERED.items():
        if flag.startswith("-"):
            yield flag, refused.takes, refused.aliases
    for flag, fixed in FIXED.items():
        yield flag, fixed.takes, ()


_REPLACED: Final = {
    "--exclude-dynamic-system-prompt-sections": Takes.NOTHING,
    "--forward-subagent-text": Takes.NOTHING,
    "--prompt-suggestions": Takes.OPTIONAL,
}
_OPTIONAL_ON_THE_LINE: Final = {"--resume": Takes.OPTIONAL, "--from-pr": Takes.OPTIONAL}
"""Flags that may stand bare for a person, who then picks from a list."""

_TAKES: Final = {flag: takes for flag, takes, _ in _flags()} | _OPTIONAL_ON_THE_LINE
_NAMES: Final = {name: flag for flag, _, aliases in _flags() for name in (flag, *aliases)}
