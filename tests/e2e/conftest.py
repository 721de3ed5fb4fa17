"""Sessions that talk to the real CLI, which talks to a fake API on loopback."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from greenroom import Deadlines, System
from greenroom.testing import FakeAnthropic
from greenroom.testing.fake_anthropic import Stall, Text
from greenroom.testing.ledger import RUN_MARK
from greenroom.testing.ledger_processes import descendants

QUICK = Deadlines(start=20, first_event=20, silence=20, interrupt=5)


@pytest.fixture(name="api")
def _api():
    with FakeAnthropic() as api:
        yield api


@pytest.fixture(name="system")
def _system():
    with System(configuration={}) as system:
        yield system


@pytest.fixture(name="home")
def _home(tmp_path):
    """Where the CLI of this test keeps its files."""
    return tmp_path / "home"


@pytest.fixture(name="options")
def _options(claude_binary, api, home, project):
    """A function that completes the options of a session: ``options(env={...}, **options)``.

    By default there are no tools, so that a process starts fast, and no retries.
    """

    def complete(*, env=None, oauth=False, **given):
        variables = api.environment(home, oauth=oauth)
        del variables["TMPDIR"]  # greenroom gives each process its own
        mark = {RUN_MARK: os.environ[RUN_MARK]}  # the ledger finds orphans by it
        return {
            "executable": claude_binary,
            "cwd": project,
            "tools": [],
            "max_retries": 0,
            "env": {**variables, **mark, **(env or {})},
            **given,
        }

    return complete


@pytest.fixture(name="open_session")
def _open_session(system, options):
    """A function that opens a session with the real CLI: ``open_session(**options)``."""

    def open_session(*, deadlines=QUICK, parallel=False, max_parallel=None, warm=False, **given):
        return system.session(
            deadlines=deadlines,
            parallel=parallel,
            max_parallel=max_parallel,
            warm=warm,
            **options(**given),
        )

    return open_session


@pytest.fixture(name="shop")
def _shop(open_session):
    """A function that opens a session with tools of a server ``shop``; all of them may run."""

    def shop(*tools, **options):
        given = {"mcp_servers": {"shop": list(tools)}, "allowed_tools": ["mcp__shop"]}
        return open_session(**{**given, **options})

    return shop


@pytest.fixture(name="kill")
def _kill(eventually):
    """A function that kills the process of a session, and waits until the session knows."""

    def kill(session):
        pid = session.info.pid
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: session.info.pid != pid, 10)

    return kill


@pytest.fixture(name="history")
def _history():
    """A function that tells which of some texts the model was sent, in the order it got them."""

    def history(request, *texts):
        sent = request.content.decode()
        return [
            text for _, text in sorted((sent.find(text), text) for text in texts if text in sent)
        ]

    return history


@pytest.fixture(name="proc")
def _proc():
    """A function that reads a file of ``/proc/<pid>``, NULs as line breaks."""

    def read(pid, name):
        return (
            Path(f"/proc/{pid}/{name}").read_bytes().decode("utf-8", "replace").replace("\0", "\n")
        )

    return read


@pytest.fixture(name="children")
def _children():
    """A function that lists the pids of the processes that run the CLI for this test."""

    def children():
        pids = descendants(os.getpid())
        return [pid for pid in sorted(pids) if b"stream-json" in _read(pid, "cmdline")]

    return children


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it is gone
        return b""


@pytest.fixture(name="stalled")
def _stalled(api, open_session):
    """A session whose second turn hangs in the middle of its answer, and that turn."""
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    session = open_session()
    session.ask("my name is Ada").result(20)
    turn = session.ask("count")
    api.wait_for_stall(timeout=20)
    return session, turn
