"""Systems with simulated CLIs, in this process and in programs that end badly."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

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
