"""A CLI that answers as briefly as a real one may: it writes a prepared turn for each prompt.

The lines of a turn lie ready in a file beside it and are written one by one, as the real CLI does.
A prompt that contains `PAUSED` gets the pieces of its answer some time apart, so that whoever reads
is idle when one comes. Each piece is the moment it was written, on the clock that every process of
the machine shares.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

TURN = "turn.ndjson"
"""The lines of a turn."""

PROMPT_ID = b"@prompt-id@"
"""Stands in them where the id of the prompt belongs."""

MOMENT = b"@moment@"
"""Stands in them where the nanoseconds of `time.monotonic_ns` belong, `DIGITS` of them."""

DIGITS = 20
PAUSED = "paused"
PAUSE_SECONDS = 0.003


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


def _serve(lines: list[bytes]) -> None:
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "control_request":
            answer = {"subtype": "success", "request_id": message["request_id"], "response": {}}
            _write(json.dumps({"type": "control_response", "response": answer}).encode() + b"\n")
        elif message["type"] == "user":
            prompt_id = str(message.get("uuid")).encode()
            pause = PAUSE_SECONDS if PAUSED in json.dumps(message["message"]) else 0
            _answer([line.replace(PROMPT_ID, prompt_id) for line in lines], pause)


def _answer(lines: list[bytes], pause: float) -> None:
    for line in lines:
        before, moment, after = line.partition(MOMENT)
        if not moment:
            _write(line)
            continue
        if pause:
            time.sleep(pause)
        _write(b"%s%0*d%s" % (before, DIGITS, time.monotonic_ns(), after))


if __name__ == "__main__":
    _serve((Path(__file__).parent / TURN).read_bytes().splitlines(keepends=True))
