"""Lines to messages; total, whatever the other side writes."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from greenroom_protocol.complexity import too_complex
from greenroom_protocol.jsonrpc.messages import Failure, Message, Notification, Request, Response
from greenroom_protocol.line_decoder import DECODE_ERRORS
from greenroom_protocol.unknown import HEAD_BYTES, Garbage

__all__ = ["read_messages"]

_SHAPES: Final[tuple[tuple[frozenset[str], type[Message]], ...]] = (
    (frozenset({"method", "id"}), Request),
    (frozenset({"method"}), Notification),
    (frozenset({"id", "error"}), Failure),
    (frozenset({"id", "result"}), Response),
)
"""Which members make a message what it is; the first that fits."""


def read_messages(line: bytes) -> tuple[Message | Garbage, ...]:
    """Return what one line holds: a message, or several where they come as a batch.

    What is no message is `Garbage`. Never raises.
    """
    try:
        value = None if too_complex(line) else msgspec.json.decode(line)
    except DECODE_ERRORS:
        value = None
    if isinstance(value, list) and value:
        return tuple(_message(part, line) for part in value)
    return (_message(value, line),)


def _message(value: Any, line: bytes) -> Message | Garbage:
    if isinstance(value, dict):
        for members, kind in _SHAPES:
            if members <= value.keys():
                try:
                    return msgspec.convert(value, kind)
                except DECODE_ERRORS:
                    break
    return Garbage(head=line[:HEAD_BYTES], size=len(line))
