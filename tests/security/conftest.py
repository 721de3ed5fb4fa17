"""Sessions that are attacked, and ways to look for what must not be found."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from greenroom import Deadlines, System
from greenroom.runtime.process import StopLadder
from greenroom.testing import Scenario

QUICK = Deadlines(start=10, first_event=10, silence=10, interrupt=2)
LADDER = StopLadder(eof_grace=1.0, term_grace=0.5, kill_grace=1.0, drain=0.2)


@pytest.fixture(name="system")
def _system():
    with System(configuration={}, ladder=LADDER) as system:
        yield system


@pytest.fixture(name="project")
def _project(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    return project


@pytest.fixture(name="play")
def _play(simulator, system, project):
    """A function that opens a session with a simulated CLI: ``play(scenario, **options)``."""

    def play(scenario=None, deadlines=QUICK, **options):
        installed = simulator(scenario or Scenario())
        session = system.session(
            executable=installed.path, deadlines=deadlines, **{"cwd": project, **options}
        )
        session.simulator = installed
        return session

    return play


@pytest.fixture(name="find")
def _find():
    """A function that returns which secrets a text shows, in whatever coding."""

    def find(text, secrets):
        if isinstance(text, bytes):
            text = text.decode("utf-8", "backslashreplace")
        return [secret for secret in secrets if any(form in text for form in forms(secret))]

    return find


@pytest.fixture(name="find_below")
def _find_below(find):
    """A function that returns the files below some directories that hold a secret."""

    def find_below(secrets, *directories):
        files = [path for top in directories for path in Path(top).rglob("*") if path.is_file()]
        return [path for path in files if find(_bytes(path), secrets)]

    return find_below


@pytest.fixture(name="descendants")
def _descendants():
    """A function that returns the pids of all processes below this one."""

    def descendants(top=None):
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                fields = _bytes(entry / "stat").rpartition(b")")[2].split()
                if len(fields) > 1:
                    parents[int(entry.name)] = int(fields[1])
        found, ahead = [], [top or os.getpid()]
        while ahead:
            above = ahead.pop()
            below = [pid for pid, parent in parents.items() if parent == above]
            found += below
            ahead += below
        return found

    return descendants


@pytest.fixture(name="eventually")
def _eventually():
    """A function that waits until a condition holds, and returns what it was."""

    def eventually(condition, seconds=5.0):
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.005)
        return value

    return eventually


def forms(secret):
    """A secret, and what it looks like in base64 and in addresses."""
    data = secret.encode()
    return (
        secret,
        quote(secret, safe=""),
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
    )


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError:  # it is gone, or nobody's business
        return b""
