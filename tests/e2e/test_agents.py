"""Long-lived agents with the real CLI: the same name, the same conversation, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from greenroom import Interrupted, System
from greenroom.agents.declaration import AgentSpec
from greenroom.agents.fleet import Fleet
from greenroom.agents.record_store import RecordStore
from greenroom.agents.status import AgentPhase
from greenroom.agents.upkeep import Upkeep
from greenroom.testing.fake_anthropic import Error, Stall, Text
from tests.e2e.conftest import QUICK
from tests.e2e.shop import call, price

READY = AgentPhase.READY


@pytest.fixture(name="declare")
def _declare(options):
    """A function that declares an agent with the real CLI: ``declare(hooks=..., **upkeep)``."""

    def declare(*, hooks=None, more=(), **upkeep):
        return AgentSpec(
            name="clerk",
            options=options(**dict(more)),
            hooks=hooks,
            deadlines=QUICK,
            upkeep=Upkeep(**upkeep),
        )

    return declare


@pytest.fixture(name="is_at")
def _is_at(eventually):
    """A function that waits for an agent to be at a phase."""

    def is_at(agent, phase=READY):
        eventually(lambda: agent.status.phase is phase, 20)
        return agent.status

    return is_at


def test_an_agent_with_a_hook_a_tool_and_a_conversation_survives_its_process(
    api, system, declare, is_at, history
):
    hooked = []

    def note(event):
        hooked.append(event.tool_name)

    api.on("what is tea", call("price", item="tea"), Text("Tea is 2.5."))
    api.on("what is cake", call("price", item="cake"), Text("Cake is 4."))
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    shop = {"mcp_servers": {"shop": [price]}, "allowed_tools": ["mcp__shop"]}
    fleet = Fleet.start([declare(hooks={"PreToolUse": note}, more=shop)], system=system)
    clerk = fleet["clerk"]

    before = clerk.ask("my name is Ada; what is tea?").collect(30)
    assert [str(one.result.content) for one in before.tool_calls]
    lost = clerk.ask("count to ten")
    api.wait_for_stall(timeout=20)
    pid = clerk.status.pid
    os.kill(pid, signal.SIGKILL)

    outcome = lost.outcome(20)
    assert type(outcome) is Interrupted
    assert (outcome.context.turn_id, outcome.context.begun) == (lost.id, True)
    assert is_at(clerk).pid not in {None, pid}
    after = clerk.ask("what is cake?").collect(30)
    assert after.outcome.text == "Cake is 4."
    assert after.outcome.session_id == before.outcome.session_id
    assert hooked == ["mcp__shop__price"] * 2
    assert not any(one.result.is_error for one in after.tool_calls)
    assert history(api.requests[-1], "my name is Ada", "what is cake") == [
        "my name is Ada",
        "what is cake",
    ]
    assert system.registry.whereis("clerk") is not None


def test_an_agent_goes_on_in_the_next_host(api, declare, tmp_path, history):
    with System(configuration={}) as system, RecordStore(tmp_path / "state") as store:
        fleet = Fleet.start([declare()], system=system, store=store)
        first = fleet["clerk"].ask("my name is Ada").result(20)
        fleet.stop().get(timeout=20)
    with System(configuration={}) as system, RecordStore(tmp_path / "state") as store:
        fleet = Fleet.start([declare()], system=system, store=store)
        second = fleet["clerk"].ask("who am I?").result(20)
        assert second.session_id == first.session_id
        assert history(api.requests[-1], "my name is Ada", "who am I?")[0] == "my name is Ada"
        fleet.stop().get(timeout=20)


def test_an_agent_whose_process_hangs_is_given_another_one(system, declare, is_at, eventually):
    fleet = Fleet.start([declare(health_interval=0.5, health_seconds=1.0)], system=system)
    clerk = fleet["clerk"]
    pid = is_at(clerk).pid
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: clerk.status.pid not in {None, pid}, 20)
    assert clerk.ask("hello").result(20).text


def test_an_agent_sleeps_when_nothing_is_to_do_and_wakes_up_as_itself(
    api, system, declare, is_at, history
):
    fleet = Fleet.start([declare(idle_seconds=0.5)], system=system)
    clerk = fleet["clerk"]
    first = clerk.ask("my name is Ada").result(20)
    assert is_at(clerk, AgentPhase.DORMANT).pid is None
    assert clerk.ask("who am I?").result(20).session_id == first.session_id
    assert history(api.requests[-1], "my name is Ada", "who am I?")[0] == "my name is Ada"


def test_an_agent_is_parked_while_its_key_is_not_accepted(api, system, declare, is_at, eventually):
    api.on("hello", Error(401))
    fleet = Fleet.start([declare()], system=system)
    clerk = fleet["clerk"]
    assert clerk.ask("hello").outcome(20).code == "authentication_failed"
    status = is_at(clerk, AgentPhase.PARKED)
    assert status.parked_until is not None
    waiting = clerk.ask("hello")
    eventually(lambda: clerk.status.queued == 1)
    api.on("hello", Text("Hello."))
    fleet.restart("clerk").get(timeout=20)
    assert waiting.outcome(20).code == "withdrawn"
    assert clerk.ask("hello").result(20).text == "Hello."


@pytest.fixture(name="installed")
def _installed(claude_binary, tmp_path, monkeypatch):
    """A link that leads to the CLI, and another CLI; whether it still does is looked at often."""
    monkeypatch.setattr("greenroom.agents.caretaker.BINARY_SECONDS", 0.2)
    link, other = tmp_path / "claude", tmp_path / "other"
    shutil.copy2(claude_binary, other)
    link.symlink_to(claude_binary)
    return link, other


def test_an_agent_whose_binary_was_replaced_gets_a_process_of_the_new_one(
    system, declare, is_at, eventually, installed
):
    link, other = installed
    fleet = Fleet.start([declare(more={"executable": link})], system=system)
    clerk = fleet["clerk"]
    pid = is_at(clerk).pid
    assert clerk.ask("hello").result(20).text
    link.unlink()
    link.symlink_to(other)
    eventually(lambda: clerk.status.pid not in {None, pid}, 20)
    assert clerk.ask("hello again").result(20).text
