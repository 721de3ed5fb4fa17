"""The official Python SDK: the very functions its reader uses, in their order.

They are anyio's incremental UTF-8 decoder, `_LineFramer.push` and `_parse_stdout_line` of its
subprocess transport, and `parse_message`, which its client applies to all that is not control
traffic.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from claude_agent_sdk._internal.message_parser import parse_message
from claude_agent_sdk._internal.transport.subprocess_cli import _LineFramer, _parse_stdout_line

from benchmarks.decode.timing import time_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

_CONTROL = frozenset({"control_request", "control_response", "control_cancel_request"})
"""What its reader handles as dicts."""

measure = time_kinds(lambda _kind: _reader())


def _reader() -> Callable[[bytes], int]:
    text, framer = codecs.getincrementaldecoder("utf-8")(), _LineFramer()

    def read(chunk: bytes) -> int:
        messages = []
        for line in framer.push(text.decode(chunk)):
            data = _parse_stdout_line(line)
            if data is not None:
                messages.append(data if data.get("type") in _CONTROL else parse_message(data))
        return len(messages)

    return read
