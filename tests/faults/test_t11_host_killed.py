"""T11: the host is killed, in every way, under busy agents with detached grandchildren."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager

import pytest

from greenroom.testing import Scenario
from greenroom.testing.ledger import RUN_MARK
from greenroom.testing.ledger_processes import all_pids, carries_mark
from greenroom.testing.scenario import Grandchild, Hang, Text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="containment needs Linux")

AGENTS = 6
SECONDS = 3.0

HOST = """
import os, signal, sys
from greenroom import System

system = System(configuration={}, containment="warden")
turns = [system.session(executable=path).ask("work") for path in sys.argv[1:]]
frames = [iter(turn.texts()) for turn in turns]
for one in frames:
    next(one)
print("busy", flush=True)
"""

ENDS = {
    "SIGKILL": "signal.pause()",
    "SIGTERM": "signal.pause()",
    "SIGABRT": "signal.pause()",
    "SIGINT": "signal.pause()",
    "os._exit": "os._exit(0)",
    "abort": "os.abort()",
    "exception": "raise RuntimeError('boom')",
    "exit": "sys.exit(0)",
}


def marked(mark):
    """All processes that belong to the run, those that are not ours included."""
    return [*carries_mark(all_pids(), [f"{RUN_MARK}={mark}"])]


@contextmanager
def ended(host):
    try:
        yield
    finally:
        host.kill()


@pytest.mark.parametrize("end", ENDS)
def test_three_seconds_after_the_end_of_the_host_nothing_is_left(
    end, simulator, tmp_path, eventually
):
    busy = [
        Text("at work"),
        Grandchild(setsid=True, double_fork=True, ignore_sigterm=True),
        Grandchild(),
        Hang(),
    ]
    paths = [str(simulator(Scenario(turns=[busy])).path) for _ in range(AGENTS)]
    mark = uuid.uuid4().hex
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = os.environ | {
        RUN_MARK: mark,
        "TMPDIR": str(temporary),
        "ANTHROPIC_API_KEY": "sk-canary",
    }
    host = subprocess.Popen(
        [sys.executable, "-c", f"{HOST}\n{ENDS[end]}", *paths],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with host, ended(host):
        assert host.stdout.readline() == b"busy\n"
        if end.startswith("SIG"):
            eventually(lambda: len(marked(mark)) >= 3 * AGENTS)
            host.send_signal(signal.Signals[end])
        if end in {"exception", "exit", "SIGINT"}:  # the host itself takes its time
            host.wait()
        eventually(lambda: not marked(mark), SECONDS)
    assert not [*temporary.iterdir()], "files were left"
