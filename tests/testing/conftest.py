"""A plain client of the simulated CLI: pipes, a framer and a decoder, nothing of greenroom's."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from collections import deque
from contextlib import suppress

import pytest

from greenroom.testing.simulator import Simulator
from greenroom_protocol import Garbage, LineFramer, Oversize, Unknown
from greenroom_protocol.claude import FrameDecoder, Result

BASE = ("--output-format=stream-json", "--verbose", "--input-format=stream-json")
DEADLINE_SECONDS = 15.0


class Client:
    """Drives one process; every wait is for something, and ends with an error in time."""

    def __init__(self, simulator, *argv, env=None, cwd=None, base=BASE, max_line=64 << 20):
        self.simulator = simulator
        given = {"CLAUDE_CODE_SDK_READS_SESSION_STATE": "1", "HOME": os.environ["HOME"]}
        self.process = subprocess.Popen(
            [simulator.path, *base, *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=given | (env or {}),
            cwd=cwd,
        )
        self._framer = LineFramer(max_line=max_line)
        self._decoder = FrameDecoder()
        self._unread = deque()
        self.frames = []
        self._raw = bytearray()
        self.ended = False

    @property
    def raw(self):
        """Every byte that was read."""
        return bytes(self._raw)

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *values):
        self.write(b"".join(json.dumps(value).encode() + b"\n" for value in values))

    def prompt(self, content="hi", uuid=None, **members):
        named = {} if uuid is None else {"uuid": uuid}
        message = {"role": "user", "content": content}
        self.send({"type": "user", "message": message, **named, **members})

    def request(self, subtype, request_id="r-1", **members):
        request = {"subtype": subtype, **members}
        self.send({"type": "control_request", "request_id": request_id, "request": request})

    def answer(self, frame, response):
        answer = {"subtype": "success", "request_id": frame.request_id, "response": response}
        self.send({"type": "control_response", "response": answer})

    def next(self):
        """The next frame; None at the end of the stream."""
        while not self._unread:
            if self.ended:
                return None
            self._read()
        frame = self._unread.popleft()
        self.frames.append(frame)
        return frame

    def expect(self, kind, **members):
        """Read up to the first frame of this class with these members."""
        while True:
            frame = self.next()
            assert frame is not None, f"no {kind.__name__} among {self.frames}"
            if isinstance(frame, kind) and all(
                getattr(frame, name) == value for name, value in members.items()
            ):
                return frame

    def rest(self):
        """Read to the end of the stream; everything that was not read before."""
        start = len(self.frames)
        while self.next() is not None:
            pass
        return self.frames[start:]

    def results(self):
        return [frame for frame in self.frames if isinstance(frame, Result)]

    def wait(self):
        return self.process.wait(DEADLINE_SECONDS)

    def stderr(self):
        return self.process.stderr.read()

    def finish(self):
        """Close stdin, read the rest, return the exit code."""
        self.process.stdin.close()
        self.rest()
        return self.wait()

    def _read(self):
        readable, _, _ = select.select([self.process.stdout], [], [], DEADLINE_SECONDS)
        assert readable, f"nothing came after {self.frames[-3:]}"
        data = os.read(self.process.stdout.fileno(), 1 << 18)
        self._raw += data
        if not data:
            self.ended = True
        for item in self._framer.feed(data):
            if isinstance(item, Oversize):
                self._unread.append(item)
            else:
                self._unread += self._decoder.decode_block(item)

    def dispose(self):
        for pid in self._grandchildren():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(OSError):
                pipe.close()
        self.process.wait(DEADLINE_SECONDS)

    def _grandchildren(self):
        return [pid for record in self.simulator.launches() for pid in record.grandchildren]


@pytest.fixture
def connect():
    """``connect(simulator, *argv) -> Client``; the process is gone after the test."""
    clients = []

    def start(*arguments, **options):
        clients.append(Client(*arguments, **options))
        return clients[-1]

    yield start
    for client in clients:
        client.dispose()


@pytest.fixture
def play(tmp_path, connect):
    """``play(scenario, *argv) -> Client``: install and connect in one go."""

    def install_and_connect(scenario, *argv, **options):
        return connect(Simulator.install(tmp_path / "cli", scenario), *argv, **options)

    return install_and_connect


@pytest.fixture(scope="session")
def is_typed():
    """Whether a frame was decoded into its class, salvage included."""
    return lambda frame: not isinstance(frame, Unknown | Garbage | Oversize)
