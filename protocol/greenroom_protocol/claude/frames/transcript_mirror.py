"""`transcript_mirror`: lines that the CLI has appended to a transcript."""

from typing import Any

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = ["TranscriptMirror"]


class TranscriptMirror(Wire, frozen=True, kw_only=True, tag="transcript_mirror"):
    """New lines of the transcript `file_path`, as they are; only with `--session-mirror`.

    The last one comes after the result, even after `idle`. Source: CLI 2.1.329.
    """

    file_path: str = field(name="filePath")
    entries: tuple[dict[str, Any], ...] = ()
