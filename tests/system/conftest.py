"""Systems with simulated CLIs, in this process and in programs that end badly."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from types import SimpleNamespace

import pykka
import pytest

from greenroom.backends.claude import ClaudeBackend
from greenroom.port import Port
from greenroom.runtime import LoopDispatcher
from greenroom.runtime.process import LocalSpawner, StopLadder
from greenroom.testing import Scenario
from greenroom.testing.scenario import Text, Wait

STUBBORN = Scenario(
    turns=[[Text("a"), Wait()]],
    on_eof="ignore",
    on_interrupt="ignore",
    on_sigterm="ignore",
    lifetime_seconds=20,
)

PRELUDE = """
import json, os, signal, sys, threading, time
import greenroom
from greenroom import System

given = json.loads(sys.argv[1])

def busy(system):
    session = system.session(**given)
    frames = iter(session.ask("x"))
    next(frames), next(frames)
    print(session.info.pid, flush=True)
    return session, frames
"""


@pytest.fixture(name="options")
def _options(simulator, tmp_path):
    """A function: options of a session with a simulated CLI that plays a scenario."""

    def options(scenario=STUBBORN):
        installed = simulator(scenario)
        return {
            "executable": str(installed.path),
            "cwd": str(tmp_path),
            "api_key": "not-a-real-key",
            "mcp_servers": {"x": {"command": "y", "env": {"TOKEN": "sk-secret"}}},
        }

    return options


@pytest.fixture(name="busy")
def _busy(system, options):
    """A session in the middle of a turn that nothing but SIGKILL ends, and that turn."""
    session = system.session(**options())
    turn = session.ask("x")
    frames = iter(turn)
    next(frames)
    yield session, turn
    frames.close()


@pytest.fixture(name="run")
def _run(tmp_path):
    """A function that runs a program to its end: its output, with `TMPDIR` in `scratch`."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def run(program, options):
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PRELUDE + program, json.dumps(options)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "TMPDIR": str(scratch)},
        )

    run.scratch = scratch
    return run


@pytest.fixture(name="gone")
def _gone(eventually):
    """A function that waits until a process is gone."""

    def gone(pid, seconds=3.0):
        return eventually(lambda: not alive(pid), seconds)

    return gone


def alive(pid):
    """Whether a process runs; one that nobody has reaped does not."""
    found = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False, text=True
    )
    return found.stdout.strip()[:1] not in {"", "Z"}


class Owner(pykka.ThreadingActor):
    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    def on_receive(self, message):
        self.heard.put(message)


@pytest.fixture(name="launch")
def _launch(options):
    """A function that starts a port with a simulated CLI: its reference, owner and messages."""
    started = []

    def launch(scenario, ladder=None):
        dispatcher, backend = LoopDispatcher(), ClaudeBackend()
        spawner, heard = LocalSpawner(dispatcher), queue.Queue()
        owner = Owner.start(heard)
        ladder = ladder or StopLadder(eof_grace=0.2, term_grace=0.2)
        port = Port.start(
            owner=owner,
            backend=backend,
            options=backend.check({}, options(scenario)),
            fallback=None,
            spawner=spawner,
            ladder=ladder,
            dispatcher=dispatcher,
        )
        started.append((owner, port, spawner, dispatcher))
        return SimpleNamespace(
            port=port, owner=owner, heard=heard, spawner=spawner, dispatcher=dispatcher
        )

    yield launch
    for owner, port, spawner, dispatcher in started:
        port.stop(timeout=10)
        owner.stop()
        spawner.close()
        dispatcher.close()


@pytest.fixture(name="hear")
def _hear():
    """A function: the next message of a kind that an owner has heard."""

    def hear(heard, kind):
        while not isinstance(message := heard.get(timeout=10), kind):
            pass
        return message

    return hear
