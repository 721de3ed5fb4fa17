"""The command as a process of its own, in a pipe or on a terminal."""

from __future__ import annotations

import json
import logging
import os
import pty
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
import structlog

from greenroom.cli import application

PATIENCE_SECONDS = 20.0


@dataclass
class Done:
    """A run that ended."""

    code: int
    out: str
    err: str

    @property
    def object(self):
        """Stdout as the one JSON object it must be."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


class Running:
    """A run under way; what it writes is read as it comes."""

    def __init__(self, process, outputs):
        self.process = process
        self.seen = dict.fromkeys(outputs, b"")
        self._open = set(outputs)

    def wait_for(self, text):
        """Read until `text` came on any output; return all that came on it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := [data for data in self.seen.values() if text.encode() in data]):
            assert time.monotonic() < deadline, self.seen
            assert self._read(0.1), f"it ended without saying {text!r}: {self.seen}"
        return found[0].decode()

    def signal(self, number):
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self):
        """Read everything and return the exit code and the text of each output."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._read(0.1):
            assert time.monotonic() < deadline, self.seen
        code = self.process.wait(PATIENCE_SECONDS)
        return code, *(data.decode() for data in self.seen.values())

    def _read(self, seconds):
        ready, _, _ = select.select(list(self._open), [], [], seconds)
        for fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:  # how a terminal says that its other side was closed
                data = b""
            self.seen[fd] += data
            if not data:
                self._open.discard(fd)
        return bool(self._open)


@pytest.fixture(name="environment")
def _environment(tmp_path):
    """The environment of the command: a host's, with a key and a home of the test."""
    given = {**os.environ, "ANTHROPIC_API_KEY": "sk-canary-0123456789", "TERM": "xterm"}
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        given.pop(name, None)
    (tmp_path / "here").mkdir()
    return given


@pytest.fixture(name="run_greenroom")
def _run_greenroom(environment, tmp_path):
    """A function that runs the command to its end: ``run_greenroom("ask", "hello", input=…)``."""

    def run(*arguments, input=None, **env):  # noqa: A002 - subprocess calls it so
        done = subprocess.run(
            _command(arguments),
            input=input if input is None or isinstance(input, bytes) else input.encode(),
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            cwd=tmp_path / "here",
            env={**environment, **env},
            timeout=PATIENCE_SECONDS * 2,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(name="run_here")
def _run_here(environment, tmp_path, monkeypatch, capsys):
    """As `run_greenroom`, but in this process: faster, where that makes no difference."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path / "here")
    root = logging.getLogger()
    handlers, level = set(root.handlers), root.level

    def run(*arguments, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        code = application.run(list(map(str, arguments)))
        said = capsys.readouterr()
        return Done(int(code), said.out, said.err)

    yield run
    structlog.reset_defaults()
    for handler in set(root.handlers) - handlers:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(name="start")
def _start(environment, tmp_path):
    """A function that starts the command and returns it running, stdout and stderr in pipes."""
    started = []

    def start(*arguments, **env):
        process = subprocess.Popen(
            _command(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path / "here",
            env={**environment, **env},
            start_new_session=True,
        )
        started.append(process)
        return Running(process, [process.stdout.fileno(), process.stderr.fileno()])

    yield start
    for process in started:
        _put_away(process)


@pytest.fixture(name="on_terminal")
def _on_terminal(environment, tmp_path):
    """As `start`, but with stderr on a terminal, and stdout too unless ``stdout="pipe"``."""
    opened, started = [], []

    def start(*arguments, stdout="terminal", **env):
        ours, theirs = pty.openpty()
        opened.append(ours)
        process = subprocess.Popen(
            _command(arguments),
            stdin=theirs,
            stdout=theirs if stdout == "terminal" else subprocess.PIPE,
            stderr=theirs,
            cwd=tmp_path / "here",
            env={**environment, **env},
            start_new_session=True,
        )
        os.close(theirs)
        started.append(process)
        piped = [] if process.stdout is None else [process.stdout.fileno()]
        return Running(process, [ours, *piped])

    yield start
    for process in started:
        _put_away(process)
    for fd in opened:
        os.close(fd)


@pytest.fixture(name="left_on_screen")
def _left_on_screen():
    """A function that returns what a terminal shows in the end: erased lines are gone."""
    return lambda text: re.sub(r"[^\n]*\r\x1b\[K", "", text).replace("\r\n", "\n")


def _command(arguments):
    return [sys.executable, "-m", "greenroom", *map(str, arguments)]


def _put_away(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
