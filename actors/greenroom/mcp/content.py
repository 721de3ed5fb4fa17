"""Content blocks: what tools, prompts and resources are made of."""

from __future__ import annotations

import base64
from typing import Any, Final, TypeAlias

import msgspec

__all__ = [
    "AudioContent",
    "Content",
    "EmbeddedResource",
    "ImageContent",
    "ResourceContents",
    "ResourceLink",
    "TextContent",
    "UnknownContent",
    "read_content",
]


class _Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    annotations: dict[str, Any] | None = None
    meta: dict[str, Any] | None = msgspec.field(default=None, name="_meta")


class TextContent(_Value, frozen=True, kw_only=True):
    """Text."""

    text: str


class ImageContent(_Value, frozen=True, kw_only=True):
    """A picture; `data` is base64."""

    data: str
    mime_type: str

    def read(self) -> bytes:
        """Return the bytes of the picture. Raises ValueError if it is no base64."""
        return base64.b64decode(self.data, validate=True)


class AudioContent(_Value, frozen=True, kw_only=True):
    """A sound; `data` is base64."""

    data: str
    mime_type: str

    def read(self) -> bytes:
        """Return the bytes of the sound. Raises ValueError if it is no base64."""
        return base64.b64decode(self.data, validate=True)


class ResourceContents(_Value, frozen=True, kw_only=True):
    """What a resource holds: `text`, or `blob` in base64."""

    uri: str
    mime_type: str | None = None
    text: str | None = None
    blob: str | None = None

    def read(self) -> bytes:
        """Return its bytes. Raises ValueError if the blob is no base64."""
        if self.text is not None:
            return self.text.encode()
        return base64.b64decode(self.blob or "", validate=True)


class EmbeddedResource(_Value, frozen=True, kw_only=True):
    """A resource, whole."""

    resource: ResourceContents


class ResourceLink(_Value, frozen=True, kw_only=True):
    """Where a resource is to be had."""

    uri: str
    name: str
    title: str | None = None
    description: str | None = None
    mime_type: str | None = None


class UnknownContent(msgspec.Struct, frozen=True, kw_only=True):
    """A block of a type that is not known here, or without what its type needs."""

    raw: Any


Content: TypeAlias = (
    TextContent | ImageContent | AudioContent | EmbeddedResource | ResourceLink | UnknownContent
)

_KINDS: Final[dict[str, type[Content]]] = {
    "text": TextContent,
    "image": ImageContent,
    "audio": AudioContent,
    "resource": EmbeddedResource,
    "resource_link": ResourceLink,
}


def read_content(raw: Any) -> Content:
    """Return the block that a server sent; never raises."""
    kind = _KINDS.get(str(raw.get("type"))) if isinstance(raw, dict) else None
    if kind is None:
        return UnknownContent(raw=raw)
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        return UnknownContent(raw=raw)
