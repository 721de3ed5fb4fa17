"""Writes the answers of many CLIs at the pace of a model: `python -m benchmarks.paced.feeder PLAN`.

It waits until all CLIs have handed over their stdouts, then writes one frame to each of them every
period, the moments spread evenly over it, then their ends; and waits again. The text of a frame is
two moments: when it was due, and when it was written. They lie apart when the pipe was full, or
when the machine left the feeder no time.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import time
from collections import deque
from pathlib import Path

from benchmarks.paced.child import FEEDER, HEAD, PROMPT_ID, TAIL
from benchmarks.paced.plan import MOMENTS, READY, Plan

_LEAD_NANOSECONDS = 50_000_000
"""How long after the last stdout came the first frame is due."""

_NAP_SECONDS = 0.0001
_ID_BYTES = 256


class _Line:
    """One stdout, and the moments of the frames that could not be written yet."""

    def __init__(self, fd: int, prompt_id: bytes) -> None:
        self.fd = fd
        self._prompt_id = prompt_id
        self._due: deque[int] = deque()
        self._rest = b""

    def fits(self, due: int, frame: bytes) -> bool:
        """Write a frame or keep it; return False if the pipe has just become full."""
        self._due.append(due)
        return len(self._due) > 1 or self.catch_up(frame)

    def catch_up(self, frame: bytes) -> bool:
        """Write what is due; return False if the pipe is full."""
        due = self._due
        try:
            while due:
                data = self._rest or frame % (due[0], time.monotonic_ns())
                self._rest = data[os.write(self.fd, data) :]
                if not self._rest:
                    due.popleft()
        except BlockingIOError:
            return False
        return True

    def say(self, part: bytes) -> None:
        """Write the head or the tail of a turn, however long that takes."""
        os.set_blocking(self.fd, True)
        rest = part.replace(PROMPT_ID, self._prompt_id)
        while rest:
            rest = rest[os.write(self.fd, rest) :]
        os.set_blocking(self.fd, False)


def _serve(plan: Plan) -> None:
    directory = Path(plan.directory)
    head, tail = [(directory / part).read_bytes() for part in (HEAD, TAIL)]
    with socket.create_server(
        str(directory / FEEDER), family=socket.AF_UNIX, backlog=plan.sessions
    ) as server:
        print(READY, flush=True)
        while True:
            lines = [_accept(server) for _ in range(plan.sessions)]
            for line in lines:
                line.say(head)
            _feed(lines, plan)
            for line in lines:
                line.say(tail)
                os.close(line.fd)


def _accept(server: socket.socket) -> _Line:
    child, _ = server.accept()
    with child:
        prompt_id, [fd], *_ = socket.recv_fds(child, _ID_BYTES, 1)
    return _Line(fd, prompt_id)


def _feed(lines: list[_Line], plan: Plan) -> None:
    frame = plan.delta.replace("%", "%%").replace(MOMENTS, "%020d%020d").encode()
    step = plan.period // len(lines)
    start = time.monotonic_ns() + _LEAD_NANOSECONDS
    count, total = 0, len(lines) * plan.frames
    with selectors.DefaultSelector() as full:
        while count < total or full.get_map():
            due = min(total, (time.monotonic_ns() - start) // step + 1)
            for number in range(count, due):
                line = lines[number % len(lines)]
                if not line.fits(start + number * step, frame):
                    full.register(line.fd, selectors.EVENT_WRITE, line)
            count = max(count, due)
            _catch_up(full, frame)
            time.sleep(_NAP_SECONDS)


def _catch_up(full: selectors.BaseSelector, frame: bytes) -> None:
    for key, _ in full.select(0) if full.get_map() else ():
        if key.data.catch_up(frame):
            full.unregister(key.fd)


if __name__ == "__main__":
    _serve(Plan(**json.loads(sys.argv[1])))
