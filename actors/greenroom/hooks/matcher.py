"""Patterns that pick the calls a hook is for.

The CLI reads them as JavaScript. One that it cannot read matches nothing, without a word, and then
the hook never runs (CLI 2.1.329): so only what both languages read alike is let through.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["check_matcher"]

_NAMES: Final = re.compile(r"[A-Za-z0-9_|, -]+")
_ESCAPED: Final = re.compile(r"\\(.?)", re.DOTALL)
_SHARED_ESCAPES: Final = frozenset("wWdDsSbB.^$*+?()[]{}|/\\-")
_PYTHON_ONLY: Final = re.compile(
    r"\(\?(?!:|=|!|<=|<!)[^)]?"  # flags, named groups, comments, atomic groups, conditions
    r"|[*+?}]\+"  # quantifiers that give nothing back
    r"|\{,"  # a quantifier without its lower bound
    r"|\[\^?\]"  # a class that begins with its own end
    r"|\[[^\]]*\["  # sets in sets
)


def check_matcher(matcher: object) -> None:
    """Check the matcher of a hook.

    Raises:
        TypeError: it is no text.
        ValueError: it is empty, no regular expression, or Python and the CLI read it differently.
    """
    if not isinstance(matcher, str):
        raise TypeError(f"a matcher is a text such as 'Bash|Write', not {matcher!r:.100}")
    if not matcher.strip():
        raise ValueError("a matcher is not empty; leave it out to match everything")
    if matcher == "*" or _NAMES.fullmatch(matcher):
        return
    odd = _foreign(matcher)
    if odd is not None:
        raise ValueError(
            f"the CLI reads the matcher {matcher!r:.200} as JavaScript, where {odd!r} is not what "
            "it is in Python; write it without"
        )
    try:
        re.compile(matcher)
    except re.error as error:
        raise ValueError(
            f"the matcher {matcher!r:.200} is no regular expression: {error}"
        ) from None


def _foreign(matcher: str) -> str | None:
    """Return the first part that means something else in JavaScript."""
    for escape in _ESCAPED.finditer(matcher):
        if escape[1] and escape[1] not in _SHARED_ESCAPES:
            return escape[0]
    found = _PYTHON_ONLY.search(_ESCAPED.sub("_", matcher))
    return found[0] if found else None
