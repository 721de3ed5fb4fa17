"""Deltas: what a content block grows by."""

from typing import Any

from greenroom_protocol.wire import UNKNOWN_TAG, Wire

__all__ = [
    "CitationsDelta",
    "Delta",
    "InputJsonDelta",
    "SignatureDelta",
    "TextDelta",
    "ThinkingDelta",
    "UnknownDelta",
]


class TextDelta(Wire, frozen=True, kw_only=True, tag="text_delta"):
    """More text."""

    text: str


class ThinkingDelta(Wire, frozen=True, kw_only=True, tag="thinking_delta"):
    """More thinking."""

    thinking: str


class SignatureDelta(Wire, frozen=True, kw_only=True, tag="signature_delta"):
    """The signature of a thinking block, sent once, before the block stops."""

    signature: str


class InputJsonDelta(Wire, frozen=True, kw_only=True, tag="input_json_delta"):
    """More of a tool's input; only all pieces together are JSON."""

    partial_json: str


class CitationsDelta(Wire, frozen=True, kw_only=True, tag="citations_delta"):
    """One more citation of a text block, as the API wrote it."""

    citation: Any


class UnknownDelta(Wire, frozen=True, kw_only=True, tag=UNKNOWN_TAG):
    """A delta of a new type, or a malformed one; nothing of it is lost."""

    raw: Any


Delta = TextDelta | ThinkingDelta | SignatureDelta | InputJsonDelta | CitationsDelta | UnknownDelta
