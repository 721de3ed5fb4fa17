"""A fleet on the simulated CLI: agents stay up, remember, and stop trying when it is useless."""

from __future__ import annotations

import os
import signal

import pytest

from greenroom import Completed, Interrupted, System
from greenroom.agents.actor import AgentActor
from greenroom.agents.errors import AgentDownError, AgentNotFoundError
from greenroom.agents.fleet import Fleet
from greenroom.agents.status import AgentPhase
from greenroom.testing import Scenario
from greenroom.testing.scenario import Exit, Reply, Text, Wait


def test_an_agent_is_up_before_anything_is_asked(system, agent, eventually, is_at):
    spec, installed = agent()
    fleet = Fleet.start([spec], system=system)
    is_at(fleet["reviewer"])
    assert len(installed.launches()) == 1
    assert system.registry.whereis("reviewer").actor_class is AgentActor


def test_an_agent_answers_and_counts_its_turns(system, agent, eventually, is_at):
    spec, _ = agent()
    fleet = Fleet.start([spec], system=system)
    assert fleet.tell("reviewer", "hello").result(10).text == "You said: hello"
    eventually(lambda: fleet["reviewer"].status.turns == 1)


def test_a_killed_process_is_replaced_at_once_and_the_conversation_goes_on(
    system, agent, eventually, is_at
):
    spec, installed = agent()
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("hello").result(10)
    os.kill(reviewer.status.pid, signal.SIGKILL)
    eventually(lambda: len(installed.launches()) == 2)
    is_at(reviewer)
    assert reviewer.status.losses == 1
    assert reviewer.ask("again").result(10).session_id == first.session_id
    eventually(lambda: reviewer.status.losses == 0)


def test_what_an_agent_was_doing_is_reported_and_not_repeated(system, agent, eventually, is_at):
    spec, installed = agent(Scenario(turns=[[Text("so far"), Wait()]]), Scenario())
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    turn = reviewer.ask("work")
    frames = iter(turn)
    next(frames)
    os.kill(reviewer.status.pid, signal.SIGKILL)
    assert isinstance(turn.outcome(10), Interrupted)
    assert isinstance(reviewer.ask("go on").outcome(10), Completed)
    sent = [p["uuid"] for record in installed.launches() for p in record.prompts]
    assert sent.count(turn.id) == 1


DYING = Scenario(requests={"initialize": Reply(after=[Exit(1)])})


def test_an_agent_whose_process_dies_after_each_good_start_is_given_up(
    system, agent, eventually, is_at
):
    spec, installed = agent(DYING, intensity=2)
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    is_at(reviewer, AgentPhase.GIVEN_UP)
    assert len(installed.launches()) == 3
    assert reviewer.status.parked_reason
    with pytest.raises(AgentDownError, match="given_up"):
        reviewer.ask("hello?")


def test_what_was_given_up_stays_so_in_the_next_host_until_somebody_restarts_it(
    system, agent, store, eventually, is_at
):
    spec, installed = agent(DYING, intensity=2)
    fleet = Fleet.start([spec], system=system, store=store)
    is_at(fleet["reviewer"], AgentPhase.GIVEN_UP)
    fleet.stop().get(timeout=10)
    second = Fleet.start([spec], system=system, store=store)
    assert second["reviewer"].status.phase is AgentPhase.GIVEN_UP
    assert len(installed.launches()) == 3
    with pytest.raises(Exception, match=r"ended|stopped"):
        second.restart("reviewer").get(timeout=20)
    is_at(second["reviewer"], AgentPhase.GIVEN_UP)
    assert len(installed.launches()) == 6
    second.stop().get(timeout=10)


def test_the_conversation_goes_on_in_the_next_host(system, agent, store, eventually, is_at):
    spec, _installed = agent()
    fleet = Fleet.start([spec], system=system, store=store)
    first = fleet.tell("reviewer", "hello").result(10)
    fleet.stop().get(timeout=10)
    second = Fleet.start([spec], system=system, store=store)
    assert second["reviewer"].status.session_id == first.session_id
    assert second.tell("reviewer", "again").result(10).session_id == first.session_id
    eventually(lambda: second["reviewer"].status.turns == 2)
    second.stop().get(timeout=10)


def test_a_stopped_agent_is_down_and_a_restarted_one_goes_on(system, agent, eventually, is_at):
    spec, _installed = agent()
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("hello").result(10)
    fleet.stop("reviewer").get(timeout=10)
    assert reviewer.status.phase is AgentPhase.STOPPED
    with pytest.raises(AgentDownError, match="stopped"):
        reviewer.ask("hello?")
    assert system.registry.whereis("reviewer") is None
    fleet.restart("reviewer").get(timeout=10)
    assert reviewer.ask("again").result(10).session_id == first.session_id


def test_an_agent_is_replaced_after_so_many_turns(system, agent, eventually, is_at):
    spec, installed = agent(recycle_turns=2)
    fleet = Fleet.start([spec], system=system)
    for word in ("one", "two", "three"):
        assert fleet.tell("reviewer", word).result(10).text == f"You said: {word}"
    assert [len(record.prompts) for record in installed.launches()] == [2, 1]


def test_an_agent_without_anything_to_do_sleeps_and_wakes_up_as_the_same(
    system, agent, eventually, is_at
):
    spec, installed = agent(idle_seconds=0.2)
    fleet = Fleet.start([spec], system=system)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("hello").result(10)
    is_at(reviewer, AgentPhase.DORMANT)
    assert reviewer.ask("again").result(10).session_id == first.session_id
    assert len(installed.launches()) == 2


def test_nobody_is_called_by_a_name_that_nobody_has(system, agent):
    spec, _ = agent(warm=False)
    fleet = Fleet.start([spec], system=system)
    with pytest.raises(AgentNotFoundError, match="reviewer"):
        fleet.tell("stranger", "hello")


def test_two_agents_of_one_name_are_refused(system, agent):
    spec, _ = agent()
    with pytest.raises(ValueError, match="two agents are called 'reviewer'"):
        Fleet.start([spec, spec], system=system)


def test_the_end_of_the_system_is_the_end_of_its_fleet(agent, eventually, is_at):
    spec, _ = agent()
    with System(configuration={}) as own:
        fleet = Fleet.start([spec], system=own)
        is_at(fleet["reviewer"])
    assert fleet["reviewer"].status.phase is AgentPhase.STOPPED
