"""A real CLI and a plain HTTP client in front of a fake API."""

import http.client
import importlib.util
import json
import socket
import subprocess
import threading
import uuid
from pathlib import Path

import pytest

from greenroom.testing.fake_anthropic import FakeAnthropic

LEAN = ("--tools=", "--setting-sources=", "--strict-mcp-config", "--system-prompt=")
DEADLINE = 10.0
KEY = {"x-api-key": "secret"}


class Client:
    """A plain client of the Messages API with one connection."""

    def __init__(self, api):
        self.port = int(api.url.rpartition(":")[2])
        self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        self.close = self.http.close

    def send(self, prompt="hi", *, path="/v1/messages", headers=KEY, stream=True, **body):
        messages = [{"role": "user", "content": prompt}]
        whole = {"model": "m", "stream": stream, "messages": messages, **body}
        self.http.request("POST", path, json.dumps(whole), headers)

    def ask(self, prompt="hi", **options):
        """Return the response and its body."""
        self.send(prompt, **options)
        response = self.http.getresponse()
        return response, response.read().decode()

    def answer(self, prompt="hi"):
        """Return the streamed text."""
        return text_of(self.ask(prompt)[1])

    def raw(self, data):
        """Send bytes on a socket of their own; return it."""
        peer = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE)
        peer.sendall(data)
        return peer


def text_of(body):
    lines = (line for line in body.splitlines() if line.startswith("data: "))
    return "".join(json.loads(line[6:]).get("delta", {}).get("text", "") for line in lines)


@pytest.fixture
def api():
    with FakeAnthropic() as server:
        yield server


@pytest.fixture
def connect():
    """Connect plain clients; they are closed with the test."""
    clients = []

    def connect_one(api):
        clients.append(Client(api))
        return clients[-1]

    yield connect_one
    for client in clients:
        client.close()


@pytest.fixture
def client(api, connect):
    return connect(api)


class Cli:
    """One CLI process, spoken to in frames."""

    def __init__(self, api, home, *flags, lean=True, oauth=False, **environment):
        spec = importlib.util.find_spec("claude_agent_sdk")
        binary = Path(spec.origin).parent / "_bundled" / "claude"
        stream = ("--output-format=stream-json", "--verbose", "--input-format=stream-json")
        work = home / "work"
        work.mkdir(parents=True, exist_ok=True)
        self.frames = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [binary, *stream, *(LEAN if lean else ()), *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=work,
            env={
                **api.environment(home, oauth=oauth),
                "CLAUDE_CODE_SDK_READS_SESSION_STATE": "1",
                "CLAUDE_CODE_MAX_RETRIES": "0",
                **environment,
            },
            umask=0o077,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            with self._changed:
                self.frames.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self.frames.append({"type": "end of stdout"})
            self._changed.notify_all()

    def say(self, prompt):
        """Send a prompt; return the number of frames seen so far, for `wait`."""
        message = {"role": "user", "content": prompt}
        return self.write({"type": "user", "message": message, "uuid": str(uuid.uuid4())})

    def ask(self, subtype, **fields):
        """Send a control request and return its answer."""
        request = {"subtype": subtype, **fields}
        since = self.write({"type": "control_request", "request_id": subtype, "request": request})
        return self.wait(lambda f: f["type"] == "control_response", since)["response"]

    def write(self, frame):
        since = len(self.frames)
        self._process.stdin.write(json.dumps(frame).encode() + b"\n")
        self._process.stdin.flush()
        return since

    def wait(self, predicate, since=0):
        """Return the first frame from `since` on that fits."""

        def found():
            return next((f for f in self.frames[since:] if predicate(f)), None)

        with self._changed:
            frame = self._changed.wait_for(
                lambda: found() or {"type": "end of stdout"} in self.frames, DEADLINE
            )
        assert isinstance(frame, dict), [summary(f) for f in self.frames[since:]]
        return frame

    def turn(self, prompt):
        """Send a prompt and return its result frame, once everything is finished."""
        since = self.say(prompt)
        self.wait(lambda f: f.get("state") == "idle", since)
        return self.wait(is_result, since)

    def of(self, kind):
        return [f for f in self.frames if f["type"] == kind]

    def tool_results(self):
        blocks = (b for f in self.of("user") for b in f["message"]["content"])
        return {b["content"] for b in blocks if b["type"] == "tool_result"}

    def end(self):
        """Close stdin; return the exit code. Idempotent."""
        self._process.stdin.close()
        try:
            return self._process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._reader.join()
            self._process.stdout.close()


def summary(frame):
    return " ".join(str(frame.get(key, "")) for key in ("type", "subtype", "state", "result"))


def is_result(frame):
    return frame["type"] == "result"


@pytest.fixture
def start(api, tmp_path):
    """Start CLIs that share a home; they are ended with the test."""
    started = []

    def start_one(*flags, server=api, **options):
        started.append(Cli(server, tmp_path, *flags, **options))
        return started[-1]

    yield start_one
    for cli in started:
        cli.end()
