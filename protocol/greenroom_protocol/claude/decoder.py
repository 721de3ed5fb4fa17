"""Decoding: lines of the CLI's stdout to typed frames. Total: it never raises."""

from typing import Any, Final, cast, get_args

import msgspec

from greenroom_protocol.claude.frames import Frame, PlainFrame, SystemFrame
from greenroom_protocol.claude.frames.control import (
    ControlCancelRequest,
    ControlRequest,
    ControlResponse,
)
from greenroom_protocol.claude.requests import UnknownRequest
from greenroom_protocol.complexity import SIMPLE_BYTES
from greenroom_protocol.duplicates import duplicate_key
from greenroom_protocol.line_decoder import DECODE_ERRORS, LineDecoder
from greenroom_protocol.repair import repair_line
from greenroom_protocol.unknown import Garbage, Unknown

__all__ = ["Decoded", "FrameDecoder"]

Decoded = Frame | Unknown | Garbage
"""What one line gives."""


class _SystemLine(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="system"):
    """Holds the place of a `system` frame: its class hangs on a second tag."""

    subtype: str


class _Request(msgspec.Struct, frozen=True, gc=False):
    request: Any = None


_REQUEST: Final = msgspec.json.Decoder(_Request)
_PLAIN: Final = {cls.__struct_config__.tag: cls for cls in get_args(PlainFrame)}
_SYSTEM: Final = {cls.__struct_config__.tag: cls for cls in get_args(SystemFrame)}
_LINE: Final = msgspec.json.Decoder(PlainFrame | _SystemLine)
_SYSTEM_LINE: Final[dict[Any, msgspec.json.Decoder[SystemFrame]]] = {
    tag: msgspec.json.Decoder(cls) for tag, cls in _SYSTEM.items()
}


_CONTROL: Final = frozenset({ControlCancelRequest, ControlRequest, ControlResponse})
"""Frames that decisions hang on: they must have one meaning only."""

_TO_BE_LOOKED_AT: Final = _CONTROL | {_SystemLine}
"""Types of frames that are not what they are yet."""


class FrameDecoder(LineDecoder[Frame]):
    """Decodes lines and blocks of lines, and counts what it does not know.

    Every line gives exactly one of: a typed frame; `Unknown`, if it is an object but no known
    frame; `Garbage`, if it is no object. A new frame, a new block, a missing or retyped member
    never raises: optional members that do not have the expected type are left at their default,
    blocks that are not known become `UnknownBlock`. `drift` counts all of that.

    Lone surrogates and invalid UTF-8 become U+FFFD in decoded text; the raw line keeps them. Lines
    over 1 MiB are not decoded when they would take far more memory than their size. Of duplicate
    keys the last counts, but not in control frames, where they leave open what was decided about:
    such a question becomes an `UnknownRequest`, to be refused, and any other is `Unknown`.

    Not thread-safe.
    """

    __slots__ = ()

    def decode_block(self, block: bytes) -> list[Decoded]:
        r"""Decode lines that are joined with `b"\n"`; blank lines are skipped.

        The results stand in the order of the lines, one for each, see `Batch`. A block of sound
        frames costs one call of msgspec; an odd line costs the whole block a second decoding, line
        by line.
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
        if len(block) > SIMPLE_BYTES:  # one long line, which decides by itself if it is simple
            return super().decode_block(block)
        try:
            frames = _LINE.decode_lines(block)
        except DECODE_ERRORS:
            return super().decode_block(block)
        # Blank lines, or values that are not one a line. (A line with two values and a value on two
        # lines would cancel each other out; neither has ever been seen.)
        if len(frames) != _count_lines(block):
            return super().decode_block(block)
        if not _TO_BE_LOOKED_AT.isdisjoint(map(type, frames)):
            self._look_at_some(frames, block.split(b"\n"))
        return frames

    def _look_at_some(self, frames: list[Any], lines: list[bytes]) -> None:
        for index, frame in enumerate(frames):
            if type(frame) in _TO_BE_LOOKED_AT:
                frames[index] = self._look_at(frame, lines[index])

    def _decode_sound(self, line: bytes) -> Decoded:
        frame: Any = _LINE.decode(line)
        return self._look_at(frame, line) if type(frame) in _TO_BE_LOOKED_AT else frame

    def _look_at(self, frame: Any, line: bytes) -> Decoded:
        """Return what a line is in the end that was decoded to one of `_TO_BE_LOOKED_AT`."""
        if type(frame) is _SystemLine:
            return self._decode_system(line, frame.subtype)
        return self._unambiguous(frame, line)

    def _decode_slowly(self, line: bytes) -> Decoded:
        frame = super()._decode_slowly(line)
        return self._unambiguous(frame, line) if type(frame) in _CONTROL else frame

    def _unambiguous(self, frame: Any, line: bytes) -> Decoded:
        """Return a control frame, or what is left of it when it can be read in two ways."""
        whole = repair_line(line)
        try:
            key = duplicate_key(whole)
            reason = None if key is None else f"the key {key!r} stands twice in one object"
        except DECODE_ERRORS as error:
            reason = f"it cannot be told whether its keys are unique: {error}"
        if reason is None:
            return cast("Decoded", frame)
        if type(frame) is ControlRequest:  # it is waited for, so it must be answered
            self.drift.count_unknown("control_request.request")
            return msgspec.structs.replace(frame, request=UnknownRequest(raw=_request_in(whole)))
        return self._unknown(line, reason, frame.__struct_config__.tag, None)

    def _decode_system(self, line: bytes, subtype: str) -> Decoded:
        decoder = _SYSTEM_LINE.get(subtype)
        if decoder is None:
            return self._unknown(line, "unknown subtype", "system", subtype)
        try:
            return decoder.decode(line)
        except DECODE_ERRORS:
            return self._decode_slowly(line)

    def _class_of(self, kind: str | None, subtype: str | None) -> tuple[Any, str]:
        if kind == "system":
            return _SYSTEM.get(subtype), f"system/{subtype}"
        return _PLAIN.get(kind), f"{kind}"


def _request_in(line: bytes) -> Any:
    try:
        return _REQUEST.decode(line).request
    except DECODE_ERRORS:
        return None


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
