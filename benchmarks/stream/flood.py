"""What the stream benchmark streams: a turn of very many partial frames, and who says it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.captures import lines_by_kind
from benchmarks.executable import install_cli
from benchmarks.prose import prose
from benchmarks.stream import child

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Flood", "install"]

_TEXT_CHARACTERS = (20, 60, 30, 120, 45, 90)
"""Lengths of the pieces of text; with their envelope 290 to 400 bytes a line."""

_TEXTS = 997
"""How many different pieces there are."""


class Flood(NamedTuple):
    """A CLI that floods its host, and what a host must have seen in the end.

    Attributes:
        cli: the executable.
        frames: how many partial frames it writes.
        characters: how many characters of text they carry.
        size: how many bytes that is on the wire.
    """

    cli: str
    frames: int
    characters: int
    size: int


def install(directory: Path, frames: int) -> Flood:
    """Make the executable and the files that it reads from."""
    texts = [prose(_TEXT_CHARACTERS[i % len(_TEXT_CHARACTERS)], seed=i) for i in range(_TEXTS)]
    head, flood, tail = (directory / name for name in child.PARTS)
    head.write_bytes(_marked(_line("system/init"), user_message_uuids=[_id()]))
    with flood.open("wb") as out:
        out.writelines(_deltas(texts, frames))
    ends = {"is_error": False, "subtype": "success", "result": "done", "api_error_status": None}
    tail.write_bytes(_marked(_line("result"), **ends, user_message_uuids=[_id()]))
    return Flood(
        cli=install_cli(directory, child),
        frames=frames,
        characters=sum(len(texts[i % _TEXTS]) for i in range(frames)),
        size=flood.stat().st_size,
    )


def _deltas(texts: list[str], frames: int) -> Iterator[bytes]:
    """Yield recorded deltas with other texts and an id of their own each."""
    delta = _line("stream_event/text_delta")
    delta["event"]["delta"]["text"] = "@text@"
    delta["uuid"] = "@uuid@"
    before, rest = _encode(delta).split(b'"@text@"')
    between, after = rest.split(b"@uuid@")
    ready = [before + _encode(text).rstrip(b"\n") + between for text in texts]
    for i in range(frames):
        yield ready[i % _TEXTS] + str(uuid.UUID(int=i)).encode() + after


def _line(kind: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(lines_by_kind()[kind][0])
    return line


def _marked(frame: dict[str, Any], **members: Any) -> bytes:
    return _encode(frame | members)


def _id() -> str:
    return child.PROMPT_ID.decode()


def _encode(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
