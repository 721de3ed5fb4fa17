"""Host programs that are ended in every way, and a CLI light enough for crowds."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from greenroom.testing import ledger_processes

PATIENCE_SECONDS = 30.0
LIGHT = Path(__file__).with_name("light_cli.sh")

PRELUDE = """
import asyncio, json, os, signal, subprocess, sys, threading, time
import greenroom
from greenroom import Deadlines, System, shutdown_on_signals

given = json.loads(os.environ["GIVEN"])

def say(*words):
    print(*words, flush=True)

readers = []  # who leaves an iteration early interrupts the turn

def begun(system, count=1, prompt="wait"):
    '''Turns that run, each in a process of its own.'''
    turns = [system.session(**given).ask(prompt) for _ in range(count)]
    for turn in turns:
        frames = iter(turn)
        if next(frames, None) is None:
            raise turn.outcome()
        next(frames)
        readers.append(frames)
    return turns
"""


@dataclass
class Host:
    """A host program under way, or at its end.

    Attributes:
        out: lines of its stdout so far.
        mark: ``NAME=value`` in the environment of all its processes.
        scratch: its directory for temporary files.
    """

    process: Any
    mark: str
    scratch: Path
    out: list[str] = field(default_factory=list)
    err: str = ""
    _pending: bytes = b""

    def line(self, start=""):
        """Wait for the next line that starts so and return the rest of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen = 0
        while True:
            for text in self.out[seen:]:
                if text.startswith(start):
                    return text.removeprefix(start).strip()
            seen = len(self.out)
            if not self._read(deadline):
                pytest.fail(f"it never said {start!r}: {self.out}\n{self._last_words()}")

    def _read(self, deadline):
        stdout = self.process.stdout.fileno()
        ready, _, _ = select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))
        data = os.read(stdout, 65536) if ready else b""
        *lines, self._pending = (self._pending + data).split(b"\n")
        self.out += [text.decode() for text in lines]
        return data

    def _last_words(self):
        self.process.kill()
        return self.process.communicate()[1].decode()

    def signal(self, number):
        """Send it a signal."""
        self.process.send_signal(number)

    def pause(self, seconds, others=()):
        """Let it, and `others`, not run for so many seconds."""
        stopped = [self.process.pid, *others]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)

    def end(self, seconds=PATIENCE_SECONDS):
        """Wait for its end and return its exit code; `out` and `err` are complete then."""
        out, err = self.process.communicate(timeout=seconds)
        self.out += (self._pending + out).decode().splitlines()
        self.err += err.decode()
        return self.process.returncode

    def processes(self):
        """Return the processes with its mark, itself not among them."""
        found = ledger_processes.carries_mark(ledger_processes.all_pids(), [self.mark])
        return [pid for pid in found if pid != self.process.pid]

    @staticmethod
    def kill(pid):
        """Kill a process of the program."""
        os.kill(pid, signal.SIGKILL)

    @staticmethod
    def gone(*pids, seconds=3.0):
        """Assert that processes are gone within so many seconds."""
        deadline = time.monotonic() + seconds
        while left := [text for pid in pids if (text := ledger_processes.describe(pid))]:
            assert time.monotonic() < deadline, f"left running: {left}"
            time.sleep(0.02)

    def leaves_nothing(self, seconds=3.0):
        """Assert that within so many seconds no process and no temporary file of it is left."""
        deadline = time.monotonic() + seconds
        while left := [*self.processes(), *self.scratch.iterdir()]:
            texts = [ledger_processes.describe(it) if isinstance(it, int) else it for it in left]
            assert time.monotonic() < deadline, f"left: {texts}"
            time.sleep(0.02)

    def is_quiet(self):
        """Assert that nothing complained; what it said of its shutdown is no complaint."""
        known = ("shutting_down", "shut_down", "killing_all")
        lines = [line for line in self.err.splitlines() if not any(map(line.count, known))]
        assert lines == []


@pytest.fixture(name="light")
def _light(tmp_path):
    """Options of sessions with a CLI that is a shell script."""
    path = tmp_path / "light" / "claude"
    path.parent.mkdir()
    shutil.copy(LIGHT, path)
    path.chmod(0o755)
    return {"executable": str(path), "cwd": str(tmp_path), "api_key": "not-a-real-key"}


@pytest.fixture(name="host")
def _host(tmp_path, light):
    """A function that starts a program: ``host(source, wrapper=[…], options={…}, **env)``."""
    started = []

    def start(source, *, wrapper=(), options=None, **env):
        home = tmp_path / f"host-{len(started)}"
        scratch = home / "tmp"
        scratch.mkdir(parents=True)
        mark = f"HOST_MARK={uuid.uuid4().hex}"
        name, _, value = mark.partition("=")
        given = {**light, **(options or {}), "env": {name: value}}
        own = {
            "HOME": str(home),
            "TMPDIR": str(scratch),
            "CLAUDE_CONFIG_DIR": str(home / ".claude"),
            "GIVEN": json.dumps(given),
            name: value,
        }
        process = subprocess.Popen(
            [
                *wrapper,
                sys.executable,
                "-X",
                "faulthandler",
                "-W",
                "ignore",
                "-c",
                PRELUDE + source,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **own, **env},
            start_new_session=True,
        )
        host = Host(process, mark, scratch)
        started.append(host)
        return host

    yield start
    for host in started:
        if host.process.poll() is None:
            host.process.kill()
        host.process.communicate()


@pytest.fixture(name="run")
def _run(host):
    """As `host`, but run to its end, which leaves nothing behind."""

    def run(source, **given):
        ended = host(source, **given)
        ended.code = ended.end()
        ended.leaves_nothing()
        return ended

    return run
