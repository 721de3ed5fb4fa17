"""Shell commands, read so far that it is known which programs they start.

This is no shell. It knows the few constructions whose meaning is beyond doubt (words, quotes,
``;``, ``&``, ``&&``, ``|``, ``||``, redirections); whatever else stands in a command makes it
*unreadable*, and nobody may say then what it does.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from greenroom.permissions.patterns import matches_command

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Part", "Unreadable", "may_be", "read_command", "surely_is"]

_TOKENS: Final = re.compile(
    r"""
      (?P<space> [ \t]+ )
    | (?P<redirection> &>>? | >> | >\| | >& | <& | <> | > | < )
    | (?P<end> && | \|\| | \|& | [;&|] )
    | (?P<single> '[^'\x00-\x08\x0a-\x1f\x7f]*' )
    | (?P<double> "[^"$`\\\x00-\x08\x0a-\x1f\x7f]*" )
    | (?P<plain> [^ '"$`\\;&|<>(){}\x00-\x1f\x7f]+ )
    """,
    re.VERBOSE,
)

_ODD_REDIRECTION: Final = "redirects in a way that is not understood"

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")

_STARTERS: Final = frozenset(
    {
        *("!", "coproc", "do", "elif", "else", "if", "then", "time", "until", "while"),
        *("builtin", "command", "eval", "exec", "bash", "dash", "ksh", "sh", "zsh"),
        *("doas", "env", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "timeout", "xargs"),
    }
)
"""Programs and words that start what is named behind them."""

_MOST_PARTS: Final = 256
_MOST_READINGS: Final = 64
"""A command that can be read in as many ways is taken for any."""


class Part(msgspec.Struct, frozen=True):
    """One of the simple commands that a command consists of.

    Attributes:
        text: as it stands there, with single blanks between the words, without redirections.
        words: without quotes.
        redirected: it reads or writes a file by the shell.
    """

    text: str
    words: tuple[str, ...]
    redirected: bool


class Unreadable(msgspec.Struct, frozen=True):
    """A command that may do anything; `why` as in ``"holds '$'"``."""

    why: str


def read_command(command: str) -> tuple[Part, ...] | Unreadable:
    """Return the simple commands of which `command` consists."""
    parts: list[Part] = []
    reader = _Reader()
    at = 0
    while at < len(command):
        token = _TOKENS.match(command, at)
        if token is None:
            return Unreadable(f"holds {command[at]!r}")
        at = token.end()
        kind = token.lastgroup
        reader.take(kind or "", token.group())
        if reader.lost:
            return Unreadable(_ODD_REDIRECTION)
        if kind == "end":
            parts.extend(reader.parts())
        if len(parts) > _MOST_PARTS:
            return Unreadable(f"consists of more than {_MOST_PARTS}")
    reader.take("end", "")
    parts.extend(reader.parts())
    if reader.lost or not parts:
        return Unreadable(_ODD_REDIRECTION if reader.lost else "is empty")
    return tuple(parts)


def surely_is(pattern: str, part: Part) -> bool:
    """Whether `pattern` says `part` to the letter."""
    return not part.redirected and matches_command(pattern, part.text)


def may_be(pattern: str, part: Part) -> bool:
    """Whether `part` could be what `pattern` says, in another spelling or started by another."""
    wanted = pattern.casefold()
    readings = (part.text, *islice(_readings(part.words), _MOST_READINGS))
    return len(readings) > _MOST_READINGS or any(
        matches_command(wanted, one.casefold()) for one in readings
    )


def _readings(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the commands that `words` could start, one for each word that could be a program."""
    for at, word in enumerate(words):
        arguments = words[at + 1 :]
        yield " ".join((word, *arguments))
        yield " ".join((word.rpartition("/")[2], *arguments))
        if not _is_passed_over(words, at):
            return


def _is_passed_over(words: tuple[str, ...], at: int) -> bool:
    """Whether the program could be named behind the word: it starts others, or is of such one."""
    word = words[at]
    if word.rpartition("/")[2] in _STARTERS or _ASSIGNMENT.match(word) is not None:
        return True
    return at > 0 and (word.startswith("-") or word[:1].isdigit() or words[at - 1].startswith("-"))


class _Reader:
    """Puts tokens together to words, and words to parts."""

    def __init__(self) -> None:
        self.lost = False
        self._raw: list[str] = []
        self._words: list[str] = []
        self._word: list[tuple[str, str]] = []  # pieces: as they stand there, and what they mean
        self._wants_target = self._redirected = False

    def take(self, kind: str, text: str) -> None:
        """Take the next token."""
        if kind in {"single", "double"}:
            self._word.append((text, text[1:-1]))
        elif kind == "plain":
            self._word.append((text, text))
        elif kind == "redirection":
            if all(raw.isdecimal() for raw, _ in self._word):
                self._word.clear()  # the number of a descriptor, or nothing
            self._end_word()
            self.lost |= self._wants_target
            self._wants_target = self._redirected = True
        else:
            self._end_word()
            self.lost |= kind == "end" and self._wants_target

    def parts(self) -> Iterator[Part]:
        """Yield the part that has ended, if there is one, and begin the next."""
        if self._words or self._redirected:
            yield Part(" ".join(self._raw), tuple(self._words), self._redirected)
        self._raw, self._words, self._redirected = [], [], False

    def _end_word(self) -> None:
        if self._word and not self._wants_target:
            self._raw.append("".join(raw for raw, _ in self._word))
            self._words.append("".join(meant for _, meant in self._word))
        self._wants_target &= not self._word
        self._word.clear()
