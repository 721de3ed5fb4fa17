"""Patterns in which ``*`` stands for any text, matched in linear time.

No other character is special, so that a pattern says what it seems to say.
"""

from __future__ import annotations

from typing import Final

__all__ = ["matches_command", "matches_components", "matches_text"]

_ANY_DEPTH: Final = "**"


def matches_text(pattern: str, text: str) -> bool:
    """Whether the whole of `text` is what `pattern` says."""
    first, *middle = pattern.split("*")
    if not middle:
        return text == pattern
    last = middle.pop()
    if not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end) if at <= end else -1
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


def matches_command(pattern: str, command: str) -> bool:
    """Do what `matches_text` does; ``git *`` means ``git`` without arguments, too."""
    return matches_text(pattern, command) or (
        pattern.endswith(" *") and matches_text(pattern[:-2], command)
    )


def matches_components(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether the components of a path are what those of `pattern` say.

    ``*`` stands for any text within a component, ``**`` for any number of components, none
    included.
    """
    at = retry_at = 0
    wild = retry_wild = 0  # places in the pattern; `retry_wild` is behind the last `**`
    while at < len(path):
        if wild < len(pattern) and pattern[wild] == _ANY_DEPTH:
            wild += 1
            retry_at, retry_wild = at, wild
        elif wild < len(pattern) and matches_text(pattern[wild], path[at]):
            at, wild = at + 1, wild + 1
        elif retry_wild:
            retry_at += 1
            at, wild = retry_at, retry_wild
        else:
            return False
    return all(one == _ANY_DEPTH for one in pattern[wild:])
