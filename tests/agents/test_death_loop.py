"""An agent whose CLI dies after each good start, across the deaths of its hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Exit, Reply, Wait

ROOT = Path(__file__).parents[2]
INTENSITY = 3
DYING = Scenario(requests={"initialize": Reply(after=[Wait(2.0), Exit(1)])})


@pytest.fixture(name="installed")
def _installed(simulator):
    return simulator(DYING)


@pytest.fixture(name="declared")
def _declared(tmp_path, installed):
    file = tmp_path / "agents.toml"
    file.write_text(
        f'[agents.clerk]\noptions.executable = "{installed.path}"\nupkeep.intensity = {INTENSITY}\n'
    )
    return file


@pytest.fixture(name="greenroom")
def _greenroom(declared, tmp_path):
    """A function that starts the command line: ``greenroom("up", "agents.toml")``."""
    environment = {
        **os.environ,
        "ANTHROPIC_API_KEY": "sk-canary-0123456789",
        "GREENROOM_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
    }
    started = []

    def greenroom(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "greenroom", *arguments],
            cwd=declared.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield greenroom
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(name="status")
def _status(greenroom):
    def status():
        told, _ = greenroom("status", "--json").communicate(timeout=20)
        (agent,) = json.loads(told)["agents"] if told else ({"phase": "unknown"},)
        return agent

    return status


def test_it_is_given_up_within_its_bound_and_stays_so_in_the_next_host(
    greenroom, status, installed, eventually
):
    host = greenroom("up", "agents.toml")
    eventually(lambda: len(installed.launches()) == 2, 15)
    host.kill()  # in the middle of the life of the second one, which counts as lost
    host.wait(10)
    host = greenroom("up", "agents.toml")
    eventually(lambda: status()["phase"] == "given_up", 30)
    assert len(installed.launches()) <= INTENSITY + 2
    spawned = len(installed.launches())
    host.terminate()
    host.wait(20)
    greenroom("up", "agents.toml")
    eventually(lambda: status()["phase"] == "given_up", 15)
    assert len(installed.launches()) == spawned
