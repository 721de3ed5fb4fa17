"""A CLI that has somebody else write its answers: it hands its stdout over with the prompt's id.

So two hundred of them cost nothing while they stream, and one process, `feeder.py`, keeps the pace
of all. A prompt that does not contain `PACED` gets an empty turn from the CLI itself.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

HEAD, TAIL = "head.ndjson", "tail.ndjson"
"""The lines before and after the frames of a turn."""

PROMPT_ID = b"@prompt-id@"
"""Stands in them where the id of the prompt belongs."""

FEEDER = "feeder"
"""The socket where the feeder waits."""

PACED = "paced"


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


def _serve(directory: Path) -> None:
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "control_request":
            answer = {"subtype": "success", "request_id": message["request_id"], "response": {}}
            _write(json.dumps({"type": "control_response", "response": answer}).encode() + b"\n")
        elif message["type"] == "user":
            prompt_id = str(message.get("uuid")).encode()
            if PACED in json.dumps(message["message"]):
                _hand_over(directory, prompt_id)
            else:
                for part in (HEAD, TAIL):
                    _write((directory / part).read_bytes().replace(PROMPT_ID, prompt_id))


def _hand_over(directory: Path, prompt_id: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as feeder:
        feeder.connect(str(directory / FEEDER))
        socket.send_fds(feeder, [prompt_id], [1])


if __name__ == "__main__":
    _serve(Path(__file__).parent)
