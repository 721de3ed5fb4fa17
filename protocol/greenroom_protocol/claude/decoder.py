"""Decoding: lines of the CLI's stdout to typed frames. Total: it never raises."""

from typing import Any, Final, cast, get_args

import msgspec

from greenroom_protocol.claude.frames import Frame, PlainFrame, SystemFrame
from greenroom_protocol.complexity import SIMPLE_BYTES
from greenroom_protocol.line_decoder import DECODE_ERRORS, LineDecoder
from greenroom_protocol.unknown import Garbage, Unknown

__all__ = ["Decoded", "FrameDecoder"]

Decoded = Frame | Unknown | Garbage
"""What one line gives."""


class _SystemLine(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="system"):
    """Holds the place of a `system` frame: its class hangs on a second tag."""

    subtype: str


_PLAIN: Final = {cls.__struct_config__.tag: cls for cls in get_args(PlainFrame)}
_SYSTEM: Final = {cls.__struct_config__.tag: cls for cls in get_args(SystemFrame)}
_LINE: Final = msgspec.json.Decoder(PlainFrame | _SystemLine)
_SYSTEM_LINE: Final[dict[Any, msgspec.json.Decoder[SystemFrame]]] = {
    tag: msgspec.json.Decoder(cls) for tag, cls in _SYSTEM.items()
}


_TO_BE_TOLD_APART: Final = frozenset({_SystemLine})
"""Types that stand for more than one frame."""


class FrameDecoder(LineDecoder[Frame]):
    """Decodes lines and blocks of lines, and counts what it does not know.

    Every line gives exactly one of: a typed frame; `Unknown`, if it is an object but no known
    frame; `Garbage`, if it is no object. A new frame, a new block, a missing or retyped member
    never raises: optional members that do not have the expected type are left at their default,
    blocks that are not known become `UnknownBlock`. `drift` counts all of that.

    Lone surrogates and invalid UTF-8 become U+FFFD in decoded text; the raw line keeps them. Lines
    over 1 MiB are not decoded when they would take far more memory than their size.

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
        if not _TO_BE_TOLD_APART.isdisjoint(map(type, frames)):
            return self._decode_systems(frames, block)
        return frames

    def _decode_systems(self, frames: list[Any], block: bytes) -> list[Decoded]:
        return [
            self._decode_system(line, frame.subtype) if type(frame) is _SystemLine else frame
            for frame, line in zip(frames, block.split(b"\n"), strict=False)
        ]

    def _decode_sound(self, line: bytes) -> Decoded:
        frame: Any = _LINE.decode(line)
        if type(frame) is _SystemLine:
            frame = self._decode_system(line, frame.subtype)
        return cast("Decoded", frame)

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
