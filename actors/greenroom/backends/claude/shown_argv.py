"""A command line as reports may show it.

Only values of flags that the option table knows and does not call secret are shown. What else
stands there came through ``extra_args``, and nobody knows what that holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from greenroom_protocol.claude.options import FIXED, TABLE, Carrier

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["shown_argv"]

_HIDDEN: Final = "***"
_SHOWN_CHARS: Final = 120

_IN_ARGV: Final = [
    option for option in TABLE.values() if option.carrier in {Carrier.FLAG, Carrier.FILE}
]
_SECRET: Final = {option.wire for option in _IN_ARGV if option.secret}
_OPEN: Final = ({option.wire for option in _IN_ARGV} | FIXED.keys()) - _SECRET
"""Flags whose values are shown; one that a secret option shares is not among them."""

_USER_OF_URL: Final = re.compile(r"(?<=://)[^/?#\s]*@")
_QUERY_OF_URL: Final = re.compile(r"(://[^?#\s]*\?)[^#\s]+")


def shown_argv(argv: Sequence[str]) -> tuple[str, ...]:
    """Return `argv` with the values replaced that may be secret, and long ones cut."""
    return tuple(map(_shown, argv))


def _shown(argument: str) -> str:
    flag, bound, value = argument.partition("=")
    if not bound or not flag.startswith("--"):
        return argument
    return f"{flag}={_value(value) if flag in _OPEN else _HIDDEN}"


def _value(value: str) -> str:
    """Return a value without what signs in at an address: user, password, signed query."""
    open_ = _QUERY_OF_URL.sub(rf"\1{_HIDDEN}", _USER_OF_URL.sub(f"{_HIDDEN}@", value))
    return open_ if len(open_) <= _SHOWN_CHARS else f"{open_[:_SHOWN_CHARS]}…"
