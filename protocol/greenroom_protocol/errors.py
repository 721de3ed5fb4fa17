"""The three error roots of the protocol layer, and how a value is shown in their texts."""

from __future__ import annotations

import reprlib
from typing import Any

__all__ = ["LocalProtocolError", "ProtocolError", "RemoteProtocolError", "shown"]

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 100
_REPR.maxlist = _REPR.maxtuple = _REPR.maxdict = _REPR.maxset = 6


class ProtocolError(Exception):
    """Root of everything this package raises."""


class LocalProtocolError(ProtocolError):
    """The caller asked for something that the protocol cannot carry.

    It is raised before a byte is written, so the conversation with the CLI is unharmed:
    correct the call and go on.
    """


class RemoteProtocolError(ProtocolError):
    """The CLI broke the protocol.

    Decoding never raises it by itself (an odd line is `Unknown` or `Garbage`); callers that
    cannot go on without a well-formed answer do.
    """


def shown(value: Any) -> str:
    """Return a `repr` of bounded length for an error text; secrets show themselves as `***`."""
    return _REPR.repr(value)
