"""A CLI that says a turn in one write: `python -S -E child.py DIRECTORY`.

A prompt is the number of partial frames that are wanted. One write that fits into the pipe is one
read of the host, so what a turn costs there is the same each time.
"""

import json
import os
import sys
from pathlib import Path

PROMPT_ID = b"@prompt-id@"


def main(directory):
    head, delta, tail = (Path(directory, name).read_bytes() for name in ("head", "delta", "tail"))
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "control_request":
            answer = {"subtype": "success", "request_id": message["request_id"], "response": {}}
            os.write(
                1, json.dumps({"type": "control_response", "response": answer}).encode() + b"\n"
            )
        else:
            content = message["message"]["content"]
            text = content if isinstance(content, str) else content[0]["text"]
            turn = head + delta * int(text) + tail
            rest = memoryview(turn.replace(PROMPT_ID, message["uuid"].encode()))
            while rest:
                rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    if sys.argv[2:3] == ["-v"]:
        os.write(1, b"2.1.329 (Claude Code)\n")
    else:
        main(sys.argv[1])
