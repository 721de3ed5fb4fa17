"""Text: what the model or the user says."""

from typing import Any

from greenroom_protocol.wire import Wire

__all__ = ["Text"]


class Text(Wire, frozen=True, kw_only=True, tag="text"):
    """A piece of text; `citations` are the API's own objects, as they come."""

    text: str
    citations: Any = None
