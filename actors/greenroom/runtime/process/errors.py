"""The root of what this package raises, and how a value is shown in the texts."""

from __future__ import annotations

import reprlib

__all__ = ["ProcessError", "shown"]

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 120


class ProcessError(Exception):
    """Root of everything that goes wrong with a process of ours."""


def shown(value: object) -> str:
    """Return a `repr` of bounded length for an error text."""
    return _REPR.repr(value)
