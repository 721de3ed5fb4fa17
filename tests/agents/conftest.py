"""Hosts of small fleets, and clients that are processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from greenroom.agents.control_door import ControlDoor
from greenroom.agents.control_socket import ControlSocket
from greenroom.agents.declaration import AgentSpec
from greenroom.agents.record_store import RecordStore
from greenroom.agents.status import AgentPhase
from greenroom.agents.upkeep import Upkeep
from greenroom.testing import Scenario
from tests.agents.host_process import PATIENCE_SECONDS, ROOT, Host
from tests.agents.small_fleet import SmallFleet
from tests.patience import QUICK


@pytest.fixture(name="state")
def _state(tmp_path):
    """A directory that does not exist yet, for the state of a fleet."""
    return tmp_path / "state"


@pytest.fixture(name="umask")
def _umask():
    """A function that sets the umask for the rest of the test."""
    before = os.umask(0o022)
    os.umask(before)
    yield os.umask
    os.umask(before)


@pytest.fixture(name="public_directory")
def _public_directory():
    """A directory every user can enter; those of pytest are closed to others."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # the run's own is closed, too
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(name="open_door")
def _open_door(system, state):
    """A function that opens a door to sessions with these options: ``open_door(a={...})``."""
    opened = []

    def open_door(path=None, *, fleet=None, more=None, **agents):
        if fleet is None:
            fleet = SmallFleet(
                {
                    name: lambda options=options: system.session(deadlines=QUICK, **options)
                    for name, options in agents.items()
                }
            )
        control = ControlSocket(state / "control.sock" if path is None else path)
        door = ControlDoor.start(control, fleet, dispatcher=system.dispatcher, **(more or {}))
        opened.append(door)
        return control.path

    yield open_door
    for door in opened:
        door.stop()


@pytest.fixture(name="account", autouse=True)
def _account(monkeypatch):
    """One credential, as a host has it."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-0123456789")


@pytest.fixture(name="store")
def _store(state):
    """The records of a fleet."""
    with RecordStore(state) as opened:
        yield opened


@pytest.fixture(name="agent")
def _agent(simulator, tmp_path):
    """A function that declares an agent with a simulated CLI: ``agent(*scenarios, **upkeep)``."""

    def declare(*scenarios, name="reviewer", options=(), **upkeep):
        installed = simulator(*scenarios)
        spec = AgentSpec(
            name=name,
            options={
                "executable": installed.path,
                "cwd": str(tmp_path),
                "api_key": "not-a-real-key",
                **dict(options),
            },
            upkeep=Upkeep(**upkeep),
        )
        return spec, installed

    return declare


@pytest.fixture(name="is_at")
def _is_at(eventually):
    """A function that waits for an agent to be at a phase, and returns what it is at."""

    def is_at(agent, phase=AgentPhase.READY):
        eventually(lambda: agent.status.phase is phase)
        return agent.status

    return is_at


@pytest.fixture(name="options")
def _options(simulator):
    """A function that gives the options of an agent that plays a scenario."""

    def options(scenario=None, **more):
        return {"executable": simulator(scenario or Scenario()).path, "tools": [], **more}

    return options


@pytest.fixture(name="environment")
def _environment(tmp_path):
    """The environment of an operator."""
    given = {
        **os.environ,
        "ANTHROPIC_API_KEY": "sk-canary-0123456789",
        "GREENROOM_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
    }
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "NOTIFY_SOCKET", "WATCHDOG_USEC"):
        given.pop(name, None)
    return given


@pytest.fixture(name="fleet_file")
def _fleet_file(tmp_path, simulator):
    """A function that writes a file of agents, each with a scenario of its own."""

    def write(**scenarios):
        here = tmp_path / "here"
        here.mkdir(exist_ok=True)
        text = "[defaults.options]\ninclude_partial_messages = true\n"
        for name, scenario in (scenarios or {"a": Scenario()}).items():
            path = simulator(scenario).path
            text += f'[agents.{name}.options]\nexecutable = "{path}"\n'
        (here / "agents.toml").write_text(text)
        return here / "agents.toml"

    return write


@pytest.fixture(name="up")
def _up(environment):
    """A function that starts a host, of a small fleet or a real one: ``up(file, *arguments)``."""
    started = []

    def up(file, *arguments, wait=True, real=False, **env):
        given = {**environment, **env}
        program = ["greenroom", "up"] if real else ["tests.agents.hosted"]
        process = subprocess.Popen(
            [sys.executable, "-m", *program, file, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=file.parent,
            env=given,
            start_new_session=True,
        )
        started.append(process)
        host = Host(process, file, given)
        if wait:
            host.wait_until_up()
        return host

    yield up
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
        process.stderr.close()
