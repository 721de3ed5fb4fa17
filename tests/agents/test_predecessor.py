"""What an earlier host has left of an agent is gone before the agent lives again."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from greenroom.agents import predecessor
from greenroom.agents.errors import AgentError
from greenroom.agents.fleet import Fleet
from greenroom.agents.predecessor import see_off
from greenroom.agents.record import AgentRecord
from greenroom.runtime.process.owner import Owner


@pytest.fixture(name="left")
def _left():
    """A process that ends when it is told to, by the end of its input."""
    process = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait(10)
    process.stdin.close()


@pytest.fixture(name="_hasty", autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr(predecessor, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(predecessor, "_KILL_SECONDS", 5.0)


def test_nothing_that_was_left_is_nothing_to_wait_for():
    see_off(None, "clerk")


def test_what_nobody_else_ends_is_ended(left):
    see_off(Owner.of_process(left.pid), "clerk")
    assert left.wait(5) == -9


def test_a_process_that_merely_has_the_number_is_left_alone(left):
    pid, started, realm = Owner.of_process(left.pid)
    see_off((pid, started + 1, realm), "clerk")
    assert left.poll() is None


def test_what_was_left_on_another_machine_is_none_of_ours(left):
    pid, started, _ = Owner.of_process(left.pid)
    see_off((pid, started, "00000000"), "clerk")
    assert left.poll() is None


def test_where_nobody_knows_whose_number_it_is_nothing_is_ended_and_nothing_starts(left):
    pid, _, realm = Owner.of_process(left.pid)
    with pytest.raises(AgentError, match=f"process {pid}, .*'clerk', may still run") as refused:
        see_off((pid, 0, realm), "clerk")
    assert refused.value.code == "agent_still_runs"
    assert left.poll() is None


def test_a_process_that_is_dead_and_not_yet_buried_is_gone(left):
    owner = Owner.of_process(left.pid)
    left.stdin.close()
    os.waitid(os.P_PID, left.pid, os.WEXITED | os.WNOWAIT)
    assert owner.is_gone
    see_off(owner, "clerk")


def test_an_agent_lives_again_only_when_its_last_process_is_gone(system, agent, store, left, is_at):
    spec, _installed = agent()
    store.save(
        AgentRecord(name="reviewer", process=Owner.of_process(left.pid), updated_at=time.time())
    )
    fleet = Fleet.start([spec], system=system, store=store)
    assert left.poll() is not None
    assert is_at(fleet["reviewer"]).losses == 1
    fleet.stop().get(timeout=10)


def test_a_fleet_says_which_process_is_in_its_way(system, agent, store, left):
    spec, installed = agent()
    pid, _, realm = Owner.of_process(left.pid)
    store.save(AgentRecord(name="reviewer", process=(pid, 0, realm)))
    with pytest.raises(AgentError, match=f"process {pid}"):
        Fleet.start([spec], system=system, store=store)
    assert installed.launches() == ()
