"""Images and documents inside user messages."""

from typing import Any

from greenroom_protocol.wire import Wire

__all__ = ["Document", "Image"]


class Image(Wire, frozen=True, kw_only=True, tag="image"):
    """A picture; `source` is the API's object (`base64`, `url` or `file`)."""

    source: Any


class Document(Wire, frozen=True, kw_only=True, tag="document"):
    """A document; `source` is the API's object (`base64`, `text`, `url`, `file` …)."""

    source: Any
    title: str | None = None
    context: str | None = None
