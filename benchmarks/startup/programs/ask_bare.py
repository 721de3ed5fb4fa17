"""The least that gets a typed answer out of a process."""

import subprocess
import sys

import cost
import msgspec

HELLO = (
    b'{"type":"control_request","request_id":"1","request":{"subtype":"initialize"}}\n'
    b'{"type":"user","message":{"role":"user","content":"hello"},"uuid":"1"}\n'
)


class Frame(msgspec.Struct):
    """As much of a frame as an answer takes."""

    type: str
    result: str | None = None


decode = msgspec.json.Decoder(Frame).decode
with subprocess.Popen(sys.argv[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(HELLO)
    process.stdin.close()
    frames = map(decode, process.stdout)
    print(next(frame.result for frame in frames if frame.type == "result"), flush=True)
    cost.tell()
