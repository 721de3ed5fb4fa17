"""An agent that streams text at a steady pace until it is interrupted: standard library only."""

from __future__ import annotations

import json
import os
import select
import sys
import time

FRAMES_PER_SECOND = 1_000
_TICK_SECONDS = 0.02
_DELTA = {
    "type": "stream_event",
    "event": {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "a few words of an answer "},
    },
    "session_id": "5e551011-0000-4000-8000-000000000002",
    "parent_tool_use_id": None,
    "uuid": "f-event",
}
_ABORTED = {
    "type": "result",
    "subtype": "error_during_execution",
    "is_error": True,
    "duration_ms": 25,
    "duration_api_ms": 22,
    "num_turns": 1,
    "terminal_reason": "aborted_streaming",
    "session_id": _DELTA["session_id"],
    "uuid": "f-result",
}


def _serve() -> None:
    burst = _line(_DELTA) * round(FRAMES_PER_SECOND * _TICK_SECONDS)
    prompt: str | None = None
    due, unread = 0.0, b""
    while True:
        wait = max(0.0, due - time.monotonic()) if prompt else None
        if select.select([0], [], [], wait)[0]:
            chunk = os.read(0, 65536)
            if not chunk:
                return
            *lines, unread = (unread + chunk).split(b"\n")
            for line in lines:
                prompt = _hear(json.loads(line), prompt)
                due = time.monotonic()
        elif prompt:
            _write(burst)
            due += _TICK_SECONDS


def _hear(message: dict, prompt: str | None) -> str | None:
    """Answer a message; return the prompt that runs after it."""
    if message["type"] == "user":
        return message["uuid"]
    if message["type"] == "control_request":
        answer = {"subtype": "success", "request_id": message["request_id"], "response": {}}
        _write(_line({"type": "control_response", "response": answer}))
        if message["request"]["subtype"] == "interrupt" and prompt:
            _write(_line(_ABORTED | {"user_message_uuids": [prompt]}))
            return None
    return prompt


def _line(value: dict) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    if sys.argv[1:2] in (["-v"], ["--version"]):
        print("2.1.329 (Claude Code)")
    else:
        _serve()
