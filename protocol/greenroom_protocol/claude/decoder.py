"""Decoding: lines of the CLI's stdout to typed frames. Total: it never raises."""

from typing import Any, Final, get_args

import msgspec

from greenroom_protocol.batch import split_lines
from greenroom_protocol.claude.frames import Frame, PlainFrame, SystemFrame
from greenroom_protocol.complexity import SIMPLE_BYTES, too_complex
from greenroom_protocol.drift import Drift
from greenroom_protocol.repair import repair_line
from greenroom_protocol.salvage import Hopeless, salvage
from greenroom_protocol.unknown import HEAD_BYTES, Garbage, Unknown

__all__ = ["Decoded", "FrameDecoder"]

Decoded = Frame | Unknown | Garbage
"""What one line gives."""


class _SystemLine(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="system"):
    """Holds the place of a `system` frame: its class hangs on a second tag."""

    subtype: str


class _Envelope(msgspec.Struct, frozen=True, gc=False):
    type: Any = None
    subtype: Any = None


_PLAIN: Final = {cls.__struct_config__.tag: cls for cls in get_args(PlainFrame)}
_SYSTEM: Final = {cls.__struct_config__.tag: cls for cls in get_args(SystemFrame)}
_LINE: Final = msgspec.json.Decoder(PlainFrame | _SystemLine)
_SYSTEM_LINE: Final[dict[Any, msgspec.json.Decoder[SystemFrame]]] = {
    tag: msgspec.json.Decoder(cls) for tag, cls in _SYSTEM.items()
}
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_ERRORS: Final = (ValueError, RecursionError, OverflowError, MemoryError)


class FrameDecoder:
    """Decodes lines and blocks of lines, and counts what it does not know.

    Every line gives exactly one of: a typed frame; `Unknown`, if it is an object but no known
    frame; `Garbage`, if it is no object. A new frame, a new block, a missing or retyped member
    never raises: optional members that do not have the expected type are left at their default,
    blocks that are not known become `UnknownBlock`. `drift` counts all of that.

    Lone surrogates and invalid UTF-8 become U+FFFD in decoded text; the raw line keeps them. Lines
    over 1 MiB are not decoded when they would take far more memory than their size.

    Not thread-safe.
    """

    __slots__ = ("drift",)

    def __init__(self, *, drift: Drift | None = None) -> None:
        self.drift = Drift() if drift is None else drift

    def decode(self, line: bytes) -> Decoded:
        """Decode one line, with or without its newline."""
        if len(line) > SIMPLE_BYTES and (reason := too_complex(line)):
            return self._unread(line, reason)
        try:
            frame = _LINE.decode(line)
        except _ERRORS:
            return self._decode_slowly(line)
        return self._decode_system(line, frame.subtype) if type(frame) is _SystemLine else frame

    def decode_block(self, block: bytes) -> list[Decoded]:
        r"""Decode lines that are joined with `b"\n"`; blank lines are skipped.

        The results stand in the order of the lines, one for each, see `Batch`. A block of sound
        frames costs one call of msgspec; each odd line costs some microseconds more, and the
        others of its block a second decoding.
        """
        if len(block) <= SIMPLE_BYTES:
            return self._decode_piece(block)
        frames: list[Decoded] = []
        start = 0
        while start < len(block):
            end = _cut(block, start)
            frames += self._decode_piece(block[start:end])
            start = end + 1
        return frames

    def _decode_piece(self, block: bytes) -> list[Decoded]:
        if len(block) > SIMPLE_BYTES:
            return self._decode_lines(block)
        try:
            frames = _LINE.decode_lines(block)
        except _ERRORS:
            return self._decode_lines(block)
        if len(frames) != _count_lines(block):  # blank lines, or values that are not one a line
            return self._decode_lines(block)
        if [frame for frame in frames if type(frame) is _SystemLine]:
            return self._decode_systems(frames, block)
        return frames

    def _decode_systems(self, frames: list[Any], block: bytes) -> list[Decoded]:
        return [
            self._decode_system(line, frame.subtype) if type(frame) is _SystemLine else frame
            for frame, line in zip(frames, block.split(b"\n"), strict=False)
        ]

    def _decode_lines(self, block: bytes) -> list[Decoded]:
        return [self.decode(line) for line in split_lines(block)]

    def _decode_system(self, line: bytes, subtype: str) -> Decoded:
        decoder = _SYSTEM_LINE.get(subtype)
        if decoder is None:
            return self._unknown(line, "unknown subtype", "system", subtype)
        try:
            return decoder.decode(line)
        except _ERRORS:
            return self._decode_slowly(line)

    def _decode_slowly(self, line: bytes) -> Decoded:
        repaired = repair_line(line)
        try:
            value = msgspec.json.decode(repaired)
        except _ERRORS as error:
            return self._unread(line, str(error))
        if not isinstance(value, dict):
            return self._garbage(line)
        kind, subtype = _text(value.get("type")), _text(value.get("subtype"))
        frame_class = _SYSTEM.get(subtype) if kind == "system" else _PLAIN.get(kind)
        if frame_class is None:
            odd = "subtype" if kind == "system" else "type"
            return self._unknown(line, f"unknown {odd}", kind, subtype)
        path = f"{kind}/{subtype}" if kind == "system" else f"{kind}"
        try:
            frame: Frame = salvage(value, frame_class, path=path, drift=self.drift)
        except (Hopeless, *_ERRORS) as error:
            return self._unknown(line, str(error), kind, subtype)
        return frame

    def _unread(self, line: bytes, reason: str) -> Unknown | Garbage:
        """Give up on a line whose values cannot be had; its envelope perhaps can."""
        try:
            envelope = _ENVELOPE.decode(line)
        except _ERRORS:
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


def _count_lines(block: bytes) -> int:
    # `bytes.count` looks at every byte by itself, `replace` searches with memchr: 4 times as fast
    newlines = len(block) - len(block.replace(b"\n", b""))
    return newlines + (not block.endswith(b"\n"))


def _cut(block: bytes, start: int) -> int:
    """Return the end of the longest run of whole lines from `start` that needs no check."""
    if len(block) - start <= SIMPLE_BYTES:
        return len(block)
    end = block.rfind(b"\n", start, start + SIMPLE_BYTES)
    if end < 0:
        end = block.find(b"\n", start + SIMPLE_BYTES)
    return len(block) if end < 0 else end
