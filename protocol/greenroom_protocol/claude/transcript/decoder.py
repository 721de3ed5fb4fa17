"""Decoding: lines of a transcript to entries. Total: it never raises."""

from typing import Any, Final, get_args

import msgspec

from greenroom_protocol.claude.transcript.entries import TranscriptEntry
from greenroom_protocol.line_decoder import LineDecoder

__all__ = ["TranscriptDecoder"]

_LINE: Final = msgspec.json.Decoder(TranscriptEntry)
_ENTRIES: Final = {cls.__struct_config__.tag: cls for cls in get_args(TranscriptEntry)}


class TranscriptDecoder(LineDecoder[TranscriptEntry]):
    """Decodes the lines of transcripts as `FrameDecoder` does those of a stream.

    Kinds of lines without a class are `Unknown`, and counted as such. Not thread-safe.
    """

    __slots__ = ()

    def _decode_sound(self, line: bytes) -> TranscriptEntry:
        entry: TranscriptEntry = _LINE.decode(line)
        return entry

    def _class_of(
        self,
        kind: str | None,
        subtype: str | None,  # noqa: ARG002 - `type` alone tells entries apart
    ) -> tuple[Any, str]:
        return _ENTRIES.get(kind), f"{kind}"
