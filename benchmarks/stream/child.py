"""A trivial CLI: it answers the handshake and writes prepared bytes for each prompt.

Everything it says lies ready in files beside it, so that it costs next to nothing and the host is
what is measured. A prompt that contains `FLOOD` gets all of it, any other one an empty turn.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

PARTS = ("head.ndjson", "flood.ndjson", "tail.ndjson")
"""A turn: its `system/init`, the partial frames, its `result`."""

PROMPT_ID = b"@prompt-id@"
"""Stands in head and tail where the id of the prompt belongs."""

FLOOD = "flood"


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


def _serve(directory: Path) -> None:
    head, flood, tail = [(directory / name).read_bytes() for name in PARTS]
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "control_request":
            answer = {"subtype": "success", "request_id": message["request_id"], "response": {}}
            _write(json.dumps({"type": "control_response", "response": answer}).encode() + b"\n")
        elif message["type"] == "user":
            prompt_id = str(message.get("uuid")).encode()
            _write(head.replace(PROMPT_ID, prompt_id))
            if FLOOD in json.dumps(message["message"]):
                _write(flood)
            _write(tail.replace(PROMPT_ID, prompt_id))


if __name__ == "__main__":
    _serve(Path(__file__).parent)
