"""What the decode benchmark decodes: recorded lines, and a few made of recorded lines."""

from __future__ import annotations

import json
from itertools import cycle
from typing import TYPE_CHECKING, Any

from benchmarks.captures import conversation, kind_of, lines_by_kind
from benchmarks.prose import prose

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CONVERSATION", "KINDS", "LARGE", "write_samples"]

CONVERSATION = "conversation"
"""A whole recorded conversation with partial messages, tools and a sub-agent."""

LARGE = "assistant/text, 3 MB"

_RECORDED = (
    "stream_event/text_delta",
    "stream_event/input_json_delta",
    "stream_event/thinking_delta",
    "assistant/text",
    "assistant/tool_use",
    "user/tool_result",
    "result",
    "system/init",
    "control_request/can_use_tool",
)
KINDS = (*_RECORDED, LARGE, CONVERSATION)

_SAMPLE_BYTES = 512 * 1024
_LARGE_CHARACTERS = 3_000_000


def write_samples(directory: Path) -> dict[str, Path]:
    """Write a file of lines for each kind; return where."""
    files: dict[str, Path] = {}
    for number, kind in enumerate(KINDS):
        files[kind] = directory / f"sample-{number}.ndjson"
        files[kind].write_bytes(_repeat(_lines(kind)))
    return files


def _lines(kind: str) -> list[bytes]:
    if kind == CONVERSATION:
        return conversation("subagent_fg_forward_text")
    if kind == LARGE:
        return [_large_line()]
    return lines_by_kind().get(kind) or [_thinking_delta()]


def _repeat(lines: list[bytes]) -> bytes:
    sample: list[bytes] = []
    size = 0
    for line in cycle(lines):
        if size >= _SAMPLE_BYTES and len(sample) % len(lines) == 0:
            break
        sample.append(line)
        size += len(line) + 1
    return b"\n".join(sample) + b"\n"


def _large_line() -> bytes:
    frame = json.loads(lines_by_kind()["assistant/text"][0])
    frame["message"]["content"] = [{"type": "text", "text": prose(_LARGE_CHARACTERS, seed=3)}]
    return _compact(frame)


def _thinking_delta() -> bytes:
    """Make the one frequent kind that no recording has, of its nearest relative."""
    frame = json.loads(lines_by_kind()["stream_event/text_delta"][0])
    frame["event"]["delta"] = {"type": "thinking_delta", "thinking": prose(40, seed=4)}
    assert kind_of(frame) == "stream_event/thinking_delta"
    return _compact(frame)


def _compact(frame: dict[str, Any]) -> bytes:
    """Encode as the CLI does: no spaces, no escapes for what UTF-8 can say."""
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode()
