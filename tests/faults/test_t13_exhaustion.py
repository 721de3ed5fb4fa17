"""T13: the system runs out of descriptors or processes: agents wait for room instead of failing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Text

HOST = """
import resource, sys
from greenroom import System

count, limit, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
system = System(configuration={}, max_parallel=count)
which = getattr(resource, name)
with system:
    resource.setrlimit(which, (limit, resource.getrlimit(which)[1]))
    turns = [system.ask("hello", executable=sys.argv[4], api_key="sk-canary") for _ in range(count)]
    outcomes = [turn.outcome(120) for turn in turns]
    bad = [outcome for outcome in outcomes if not outcome.ok]
    print(len(outcomes) - len(bad), *map(repr, bad[:3]))
    open("/dev/null").close()
"""


def run(simulator, *, count, limit, name):
    path = simulator(Scenario(turns=[[Text("done")]])).path
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", HOST, str(count), str(limit), name, str(path)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_a_hundred_agents_all_finish_with_room_for_a_few_at_a_time(simulator):
    assert run(simulator, count=100, limit=96, name="RLIMIT_NOFILE") == "100\n"


def test_with_room_for_hardly_any_descriptor_a_few_still_finish_one_by_one(simulator):
    assert run(simulator, count=10, limit=48, name="RLIMIT_NOFILE") == "10\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="the limit of processes does not bind root")
def test_agents_wait_for_processes_to_be_had(simulator):
    assert run(simulator, count=20, limit=40, name="RLIMIT_NPROC") == "20\n"
