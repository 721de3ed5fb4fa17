"""The small turn: a recorded one whose answer comes in some pieces, and who says it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.captures import conversation, kind_of
from benchmarks.executable import install_cli
from benchmarks.turn import child

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Answer", "install"]

_PIECES = 8
_ONCE = (
    "system/session_state_changed",
    "system/init",
    "system/status",
    "stream_event/message_start",
    "stream_event/content_block_start",
)
_AFTERWARDS = (
    "assistant/text",
    "stream_event/content_block_stop",
    "stream_event/message_delta",
    "stream_event/message_stop",
    "result",
)


class Answer(NamedTuple):
    """A CLI that gives it, and what a host must have seen of each turn.

    Attributes:
        cli: the executable.
        lines: how many lines a turn has.
        frames: how many of them are partial frames.
        characters: how many characters of text these carry.
        size: how many bytes a turn has.
    """

    cli: str
    lines: int
    frames: int
    characters: int
    size: int


def install(directory: Path) -> Answer:
    """Make the executable and the file that it reads from."""
    recorded: dict[str, dict[str, Any]] = {}
    for line in conversation("partial_text"):
        frame = json.loads(line)
        recorded.setdefault(kind_of(frame), frame)
    for kind in ("system/init", "result"):
        recorded[kind]["user_message_uuids"] = [child.PROMPT_ID.decode()]
    delta = recorded["stream_event/text_delta"]
    delta["event"]["delta"]["text"] = child.MOMENT.decode()
    turn = [recorded[kind] for kind in _ONCE]
    turn += [delta] * _PIECES
    turn += [recorded[kind] for kind in _AFTERWARDS]
    lines = [json.dumps(frame, separators=(",", ":")).encode() + b"\n" for frame in turn]
    (directory / child.TURN).write_bytes(b"".join(lines))
    return Answer(
        cli=install_cli(directory, child),
        lines=len(lines),
        frames=sum(frame["type"] == "stream_event" for frame in turn),
        characters=_PIECES * child.DIGITS,
        size=sum(map(len, lines)) + _PIECES * (child.DIGITS - len(child.MOMENT)),
    )
