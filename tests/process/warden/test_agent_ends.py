"""Whose a process is, and that all of it ends with the agent."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from greenroom.runtime.process import ExitStatus, LocalSpawner
from greenroom.runtime.process.warden_launcher import WardenLauncher
from tests.process.owner import Owner
from tests.process.proc import running
from tests.process.warden.runaways import WAYS, sleepers


@pytest.mark.parametrize("escape", WAYS)
def test_who_escaped_is_dead_when_the_exit_is_told(runaway, token, escape):
    owner = runaway(WAYS[escape])
    owner.do("close_stdin")
    assert owner.wait_for("exit").status == ExitStatus(code=0)
    assert not running(token)
    owner.wait_for("closed")


def test_a_killed_agent_takes_all_it_started_along(runaway, token):
    owner = runaway()
    os.kill(owner.child.pid, signal.SIGKILL)
    assert owner.wait_for("exit").status == ExitStatus(signal=signal.SIGKILL)
    assert not running(token)
    owner.wait_for("closed")


def test_one_that_keeps_forking_is_ended(start, shell, token, eventually):
    bomb = f"setsid sh -c 'while :; do sleep 600.{token} & sleep 0.01; done' & read line"
    owner = start(shell(bomb))
    eventually(lambda: len(running(token)) > 20)
    owner.do("close_stdin")
    owner.wait_for("exit")
    assert not running(token)
    owner.wait_for("closed")


def test_the_processes_of_another_agent_are_left_alone(runaway, token):
    one, other = runaway(), runaway()
    both = len(sleepers(token))
    one.do("close_stdin")
    one.wait_for("closed")
    assert len(sleepers(token)) == both / 2
    other.do("close_stdin")
    other.wait_for("closed")
    assert not running(token)


def test_an_orphan_without_a_mark_goes_with_the_last_that_may_have_started_it(
    dispatcher, shell, token, eventually
):
    spawner = LocalSpawner(dispatcher, WardenLauncher(groups=False))
    unmarked = (
        f"import os, resource; resource.setrlimit(resource.RLIMIT_RTTIME, (5, 10**9));"
        f"os.execv('/bin/sleep', ['sleep', '600.{token}'])"
    )
    old, young = Owner(dispatcher), Owner(dispatcher)
    spawner.spawn(shell(f'setsid {sys.executable} -c "{unmarked}" & read line'), old)
    eventually(
        lambda: any(Path(f"/proc/{pid}/comm").read_text() == "sleep\n" for pid in running(token))
    )
    spawner.spawn(shell("read line"), young)
    young.wait_for("spawned")
    old.do("close_stdin")
    old.wait_for("closed")
    assert not running(token)  # the young one cannot have started it
    young.do("close_stdin")
    young.wait_for("closed")
    spawner.close()


def test_no_zombie_is_left_by_what_agents_leave_behind(start, shell, warden):
    owner = start(shell("for i in $(seq 200); do (setsid true &); done; read line"))
    owner.do("close_stdin")
    owner.wait_for("closed")
    children = Path(f"/proc/{warden.warden_pid}/task/{warden.warden_pid}/children")
    assert children.read_text() == ""
