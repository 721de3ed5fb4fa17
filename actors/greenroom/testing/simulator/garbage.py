"""Lines no client should trip over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.testing.simulator.ids import new_uuid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenroom.testing.scenario import GarbageKind

__all__ = ["garbage", "oversize"]

_DEPTH = 100_000
_CHUNK = 1 << 16


def _text_frame(text: bytes, session_id: str) -> bytes:
    head, tail = _around_text(session_id)
    return head + text + tail


def _around_text(session_id: str) -> tuple[bytes, bytes]:
    head = (
        '{"type":"assistant","message":{"id":"msg_odd","type":"message","role":"assistant",'
        '"model":"claude-opus-5-5","content":[{"type":"text","text":"'
    )
    tail = (
        '"}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,'
        '"output_tokens":1}},"parent_tool_use_id":null,'
        f'"session_id":"{session_id}","uuid":"{new_uuid()}"}}'
    )
    return head.encode(), tail.encode()


def garbage(kind: GarbageKind, session_id: str) -> bytes:
    """The line of this kind, newline included."""
    lines: dict[GarbageKind, bytes] = {
        "array": b'[{"type":"assistant"}]\n',
        "blank": b"\n   \n",
        "bom": b"\xef\xbb\xbf" + _text_frame(b"bom", session_id) + b"\n",
        "broken_json": _text_frame(b"broken", session_id)[:-1] + b",}\n",
        "crlf": _text_frame(b"crlf", session_id) + b"\r\n",
        "deep": b"[" * _DEPTH + b"\n",
        "lone_surrogate": _text_frame(rb"lone \ud800 surrogate", session_id) + b"\n",
        "newline_in_string": _text_frame(b"one\ntwo", session_id) + b"\n",
        "no_type": b'{"uuid":"0"}\n',
        "nul": _text_frame(b"n\x00l", session_id) + b"\n",
        "null": b"null\n",
        "text": b"Warning: something the CLI should have kept to itself\n",
        "unknown_type": b'{"type":"from_the_future","uuid":"0","session_id":"0","x":1}\n',
        "utf8": _text_frame(b"\xff\xfe invalid \xc3", session_id) + b"\n",
    }
    return lines[kind]


def oversize(size: int, session_id: str) -> Iterator[bytes]:
    """A whole ``assistant`` frame of ``size`` bytes in pieces, without its newline."""
    head, tail = _around_text(session_id)
    yield head
    left = size - len(head) - len(tail)
    while left > 0:
        yield b"x" * min(left, _CHUNK)
        left -= _CHUNK
    yield tail
