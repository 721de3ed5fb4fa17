"""What a caretaker has replaced, ended, and left alone."""

from __future__ import annotations

import pytest

from greenroom import Completed, LimitReached
from greenroom.agents.fleet import Fleet
from greenroom.agents.memoir import Memoir
from greenroom.agents.status import AgentPhase
from greenroom.testing import Scenario
from greenroom.testing.scenario import Allocate, Hang, Text, Turn, Wait

MIB = 1024 * 1024
GREEDY = Scenario(turns=[[Text("so far"), Allocate(300 * MIB), Wait()]])


def test_a_process_that_holds_too_much_is_ended_and_its_turn_says_so(system, agent, is_at):
    spec, installed = agent(GREEDY, Scenario(), memory_limit=200 * MIB, memory_interval=0.1)
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    outcome = reviewer.ask("work").outcome(20)
    assert (type(outcome), outcome.limit, outcome.code) == (LimitReached, "memory", "memory_limit")
    is_at(reviewer)
    assert isinstance(reviewer.ask("hello").outcome(10), Completed)
    assert len(installed.launches()) == 2


def test_a_process_that_holds_much_is_replaced_when_its_turn_is_over(system, agent, eventually):
    greedy = Scenario(turns=[[Allocate(300 * MIB), Wait(0.5), Text("done")]])
    spec, installed = agent(greedy, Scenario(), recycle_memory=200 * MIB, memory_interval=0.1)
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    assert reviewer.ask("work").result(20).text == "done"
    eventually(lambda: len(installed.launches()) == 2)
    assert reviewer.status.losses == 0
    assert reviewer.ask("hello").result(10).text == "You said: hello"


def test_what_an_agent_holds_is_shown(system, agent, eventually):
    spec, _ = agent(memory_limit=4096 * MIB, memory_interval=0.1)
    fleet = Fleet.start([spec], system=system)
    eventually(lambda: (fleet["reviewer"].status.memory or 0) > MIB)


def test_a_process_that_answers_nobody_is_replaced(system, agent, eventually):
    mute = Scenario(turns=[Turn([Text("done")], after=[Hang()])])
    spec, installed = agent(mute, Scenario(), health_interval=0.2, health_seconds=0.3)
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    assert reviewer.ask("work").result(10).text == "done"
    eventually(lambda: len(installed.launches()) == 2, 15)
    assert reviewer.ask("hello").result(10).text == "You said: hello"


def test_a_process_that_works_is_left_alone(system, agent, is_at):
    slow = Scenario(turns=[[Text("so far"), Wait(1.5), Text("done")]])
    spec, installed = agent(slow, health_interval=0.1, health_seconds=5.0)
    fleet = Fleet.start([spec], system=system)
    assert fleet["reviewer"].ask("work").result(20).text.endswith("done")
    assert is_at(fleet["reviewer"]).losses == 0
    assert len(installed.launches()) == 1


def test_an_old_process_is_replaced_when_its_turn_is_over(system, agent, eventually):
    slow = Scenario(turns=[[Wait(0.6), Text("done")]])
    spec, installed = agent(slow, Scenario(), recycle_seconds=0.3)
    fleet = Fleet.start([spec], system=system)
    assert fleet["reviewer"].ask("work").result(20).text == "done"
    eventually(lambda: len(installed.launches()) >= 2)


def test_the_supervisor_has_an_agent_that_failed_live_again(
    system, agent, is_at, eventually, monkeypatch
):
    spec, _installed = agent()
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("hello").result(10)
    eventually(lambda: reviewer.status.turns == 1)
    ref, note = system.registry.whereis("reviewer"), Memoir.note

    def fail_once(self, **changes):
        monkeypatch.setattr(Memoir, "note", note)
        raise MemoryError("no room for a record")

    monkeypatch.setattr(Memoir, "note", fail_once)
    reviewer.session.recycle("to have something noted")
    eventually(lambda: system.registry.whereis("reviewer") not in {None, ref})
    is_at(reviewer)
    assert first.text
    assert reviewer.ask("again").result(10).text == "You said: again"
    assert reviewer.status.phase in {AgentPhase.READY, AgentPhase.BUSY}


@pytest.mark.parametrize("interval", [None, 0.05])
def test_a_sleeping_agent_is_not_woken_up_to_see_whether_it_lives(system, agent, is_at, interval):
    spec, installed = agent(idle_seconds=0.2, health_interval=interval)
    fleet = Fleet.start([spec], system=system)
    fleet["reviewer"].ask("hello").result(10)
    is_at(fleet["reviewer"], AgentPhase.DORMANT)
    assert len(installed.launches()) == 1
