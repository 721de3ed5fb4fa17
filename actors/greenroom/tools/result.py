"""What a tool may return, apart from plain values."""

from __future__ import annotations

from typing import Any, Final

import msgspec

__all__ = ["Image", "ToolError", "ToolResult"]

_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)


class ToolError(Exception):
    """Raised by a tool to tell the model that, and why, it did not work.

    The model gets the text as it is, and nothing else. It is an answer like others: nothing is
    recorded as a failure of the callback, as it is for any other exception.
    """


class Image(msgspec.Struct, frozen=True):
    """A picture for the model.

    Attributes:
        data: the file's bytes.
        mime_type: as in ``"image/png"``; told by the first bytes if it is left out.

    Raises:
        ValueError: `mime_type` is left out, and this is no PNG, JPEG, GIF or WebP file.
        TypeError: `data` is no bytes.
    """

    data: bytes
    mime_type: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.data, bytes | bytearray | memoryview):
            raise TypeError(f"an image is made of bytes, not of {type(self.data).__name__}")
        if not self.mime_type:
            msgspec.structs.force_setattr(self, "mime_type", _mime_type(bytes(self.data[:12])))

    def __repr__(self) -> str:
        return f"Image({len(self.data)} bytes, {self.mime_type!r})"


class ToolResult(msgspec.Struct, frozen=True, kw_only=True):
    """A result put together by hand.

    Attributes:
        content: what the model sees: strings, images, bytes of images, and content blocks of the
            MCP as dicts.
        structured: an object for programs. The CLI shows it to the model instead of the text.
        is_error: whether the call failed.
    """

    content: tuple[Any, ...] | list[Any] | str = ()
    structured: Any = None
    is_error: bool = False


def _mime_type(head: bytes) -> str:
    for magic, at, mime_type in _SIGNATURES:
        if head[at:].startswith(magic):
            return mime_type
    raise ValueError(
        "these bytes are no PNG, JPEG, GIF or WebP file: return Image(data, mime_type), or text"
    )
