"""Thinking: what the model says to itself."""

from greenroom_protocol.wire import Wire

__all__ = ["RedactedThinking", "Thinking"]


class Thinking(Wire, frozen=True, kw_only=True, tag="thinking"):
    """Thinking in clear text; `signature` is opaque and proves to the API that it is unchanged."""

    thinking: str
    signature: str = ""


class RedactedThinking(Wire, frozen=True, kw_only=True, tag="redacted_thinking"):
    """Thinking that only the API can read."""

    data: str
