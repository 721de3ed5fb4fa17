"""Harmless answers to what the CLI asks the model for itself, outside of any turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.testing.fake_anthropic.replies import Message, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["side_reply"]

_TEXTS = {
    "compaction": "<analysis>None.</analysis>\n<summary>A scripted conversation.</summary>",
    "probe": "ok",
    "suggestion": "go on",
}

_SAMPLES: dict[str, Any] = {
    "array": [],
    "boolean": False,
    "integer": 0,
    "null": None,
    "number": 0,
    "string": "Scripted conversation",
}


def side_reply(side: str, body: Mapping[str, Any]) -> Message:
    """Return the answer to a side request of the kind that `Conversation.side` names.

    A title is asked for with a JSON schema: the answer has every member that is named there.
    """
    if side in _TEXTS:
        return Message((Text(_TEXTS[side]),))
    schema = body["output_config"]["format"].get("schema")
    return Message((Text(msgspec.json.encode(_sample(schema)).decode()),))


def _sample(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: _sample(each) for name, each in schema.get("properties", {}).items()}
    return _SAMPLES.get(str(schema.get("type")))
