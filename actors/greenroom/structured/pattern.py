"""Regular expressions that mean the same in every language."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_portable"]

_SIGN: Final = r"\\(?:[bBnrtfv^$\\.*+?()\[\]{}|/]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})"
_SET: Final = r"\\[dDwWsS]"
_OFTEN: Final = r"(?:(?:[*+?]|\{\d+(?:,\d*)?\})\??(?![*+?{]))?"

_PORTABLE: Final = re.compile(
    rf"""
    (?: (?: {_SIGN}
          | {_SET}
          | \[\^? (?: {_SET}(?!-[^\]])                          # no range begins with a set,
                    | (?: {_SIGN} | \\- | [^\\\[\]] )(?!-{_SET}) # and none ends with one
                  )+ \]
          | \( (?: \?(?: : | = | ! | <= | <! ) | (?!\?) )
          | [^\\\[\](){{}}*+?]
        ) {_OFTEN}
      | \) {_OFTEN}
    )*+
    """,
    re.VERBOSE,
)


def is_portable(pattern: object) -> bool:
    """Return whether `pattern` is within what Python and ECMAScript (flag ``u``) have in common.

    One in doubt is not: a schema with a pattern that ECMAScript refuses is refused whole.
    """
    if not isinstance(pattern, str) or _PORTABLE.fullmatch(pattern) is None:
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
