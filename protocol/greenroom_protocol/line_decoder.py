"""What all decoders of JSON lines do alike: answer for every line, whatever it holds."""

from abc import ABC, abstractmethod
from typing import Any, Final, Generic, TypeVar

import msgspec

from greenroom_protocol.batch import split_lines
from greenroom_protocol.complexity import SIMPLE_BYTES, too_complex
from greenroom_protocol.drift import Drift
from greenroom_protocol.repair import repair_line
from greenroom_protocol.salvage import Hopeless, salvage
from greenroom_protocol.unknown import HEAD_BYTES, Garbage, Unknown

__all__ = ["DECODE_ERRORS", "LineDecoder"]

T = TypeVar("T")

DECODE_ERRORS: Final = (ValueError, RecursionError, OverflowError, MemoryError)
"""Everything that decoding hostile bytes may raise."""


class _Envelope(msgspec.Struct, frozen=True, gc=False):
    type: Any = None
    subtype: Any = None


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


class LineDecoder(ABC, Generic[T]):
    """Decodes lines to a `T`, to `Unknown` or to `Garbage`, and counts what it does not know.

    Subclasses know how sound lines are read and which class belongs to a `type` and `subtype`;
    repair, salvage and the limits are here. Not thread-safe.
    """

    __slots__ = ("drift",)

    def __init__(self, *, drift: Drift | None = None) -> None:
        self.drift = Drift() if drift is None else drift

    def decode(self, line: bytes) -> T | Unknown | Garbage:
        """Decode one line, with or without its newline."""
        if len(line) > SIMPLE_BYTES and (reason := too_complex(line)):
            return self._unread(line, reason)
        try:
            return self._decode_sound(line)
        except DECODE_ERRORS:
            return self._decode_slowly(line)

    def decode_block(self, block: bytes) -> list[T | Unknown | Garbage]:
        r"""Decode lines that are joined with `b"\n"`; blank lines are skipped.

        The results stand in the order of the lines, one for each, see `Batch`.
        """
        return [self.decode(line) for line in split_lines(block)]

    @abstractmethod
    def _decode_sound(self, line: bytes) -> T | Unknown | Garbage:
        """Decode a line quickly; raise one of `DECODE_ERRORS` if it is odd in any way."""

    @abstractmethod
    def _class_of(self, kind: str | None, subtype: str | None) -> tuple[type[T] | None, str]:
        """Return the class of such lines, if any, and their name in the drift: `a` or `a/b`."""

    def _decode_slowly(self, line: bytes) -> T | Unknown | Garbage:
        try:
            value = msgspec.json.decode(repair_line(line))
        except DECODE_ERRORS as error:
            return self._unread(line, str(error))
        if not isinstance(value, dict):
            return self._garbage(line)
        kind, subtype = _text(value.get("type")), _text(value.get("subtype"))
        known, path = self._class_of(kind, subtype)
        if known is None:
            odd = "subtype" if "/" in path else "type"
            return self._unknown(line, f"unknown {odd}", kind, subtype)
        try:
            frame: T = salvage(value, known, path=path, drift=self.drift)
        except (Hopeless, *DECODE_ERRORS) as error:
            return self._unknown(line, str(error), kind, subtype)
        return frame

    def _unread(self, line: bytes, reason: str) -> Unknown | Garbage:
        """Give up on a line whose values cannot be had; its envelope perhaps can."""
        try:
            envelope = _ENVELOPE.decode(line)
        except DECODE_ERRORS:
            return self._garbage(line)
        return self._unknown(line, reason, _text(envelope.type), _text(envelope.subtype))

    def _unknown(self, line: bytes, reason: str, kind: str | None, subtype: str | None) -> Unknown:
        self.drift.count_unknown("/".join(part for part in (kind, subtype) if part) or "?")
        return Unknown(raw=line, reason=reason, type=kind, subtype=subtype)

    def _garbage(self, line: bytes) -> Garbage:
        self.drift.count_garbage()
        return Garbage(head=line[:HEAD_BYTES], size=len(line))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
