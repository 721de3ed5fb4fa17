"""The recorded conversations of the tests, as a source of lines."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["conversation", "kind_of", "lines_by_kind"]

_DIRECTORY = Path(__file__).parent.parent / "tests" / "captures" / "claude"


def conversation(name: str) -> list[bytes]:
    """Return the lines of one recorded conversation."""
    return (_DIRECTORY / f"{name}.ndjson").read_bytes().splitlines()


@cache
def lines_by_kind() -> dict[str, list[bytes]]:
    """Return every recorded line that is an object, by its kind."""
    kinds: dict[str, list[bytes]] = {}
    for path in sorted(_DIRECTORY.glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            try:
                kind = kind_of(json.loads(line))
            except (ValueError, KeyError, TypeError):  # the captures hold broken lines, too
                continue
            kinds.setdefault(kind, []).append(line)
    return kinds


def kind_of(frame: dict[str, Any]) -> str:
    """Return what a frame is, finer than its `type`: `stream_event/text_delta`."""
    kind = frame["type"]
    if kind == "stream_event":
        event = frame["event"]
        detail = event.get("delta", {}).get("type", event["type"])
    elif kind in {"assistant", "user"}:
        content = frame["message"]["content"]
        detail = "text" if isinstance(content, str) else content[0]["type"]
    elif kind == "control_request":
        detail = frame["request"]["subtype"]
    else:
        detail = frame.get("subtype") if kind == "system" else None
    return f"{kind}/{detail}" if detail else kind
