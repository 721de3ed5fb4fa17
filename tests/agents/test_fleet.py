"""A fleet on the simulated CLI: agents stay up, remember, and stop trying when it is useless."""

from __future__ import annotations

import os
import shutil
import signal

import pytest
from structlog.testing import capture_logs

from greenroom import Completed, Interrupted, System
from greenroom.agents.actor import AgentActor
from greenroom.agents.errors import AgentDownError, AgentNotFoundError
from greenroom.agents.fleet import Fleet
from greenroom.agents.memoir import Memoir
from greenroom.agents.memory_watch import MemoryWatch
from greenroom.agents.status import AgentPhase
from greenroom.session.parking_lot import ParkingLot
from greenroom.testing import Scenario
from greenroom.testing.scenario import Exit, Reply, Text, Wait
from greenroom_protocol import LocalProtocolError


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


def test_agents_are_stopped_all_at_once(system, agent, is_at, eventually):
    slow = Scenario(on_eof="ignore")
    fleet = Fleet.start(
        [agent(slow, name=name)[0] for name in ("first", "second", "third")], system=system
    )
    for one in fleet:
        is_at(one)
    ended = fleet.stop()
    eventually(lambda: {one.status.phase for one in fleet} == {AgentPhase.STOPPING})
    ended.get(timeout=20)
    assert {one.status.phase for one in fleet} == {AgentPhase.STOPPED}


def test_nothing_of_a_fleet_that_was_stopped_is_left_in_its_system(system, agent, is_at):
    fleet = Fleet.start([agent(memory_limit=2**40)[0]], system=system)
    is_at(fleet["reviewer"])
    assert MemoryWatch in _kinds(system)
    fleet.stop().get(timeout=10)
    assert _kinds(system) == {ParkingLot}  # the accounts of the system


def test_nothing_of_a_fleet_that_did_not_start_is_left_in_its_system(system, agent):
    good, _ = agent(memory_limit=2**40)
    bad, _ = agent(name="bad", options={"max_turns": -1})
    with pytest.raises(LocalProtocolError):
        Fleet.start([good, bad], system=system)
    assert _kinds(system) <= {ParkingLot}


def _kinds(system):
    return {ref.actor_class for ref in system.dispatcher.live_actors()}


def test_an_agent_that_fails_again_and_again_is_given_up_and_may_be_restarted(
    system, agent, is_at, eventually, monkeypatch
):
    spec, _ = agent()
    note = Memoir.note

    def fail(self, **changes):
        raise MemoryError("no room for a record")

    monkeypatch.setattr(Memoir, "note", fail)
    fleet = Fleet.start([spec], system=system)
    assert is_at(fleet["reviewer"], AgentPhase.GIVEN_UP).parked_reason
    monkeypatch.setattr(Memoir, "note", note)
    fleet.restart("reviewer").get(timeout=10)
    assert is_at(fleet["reviewer"]).parked_reason is None


def test_restarts_that_come_together_are_one(system, agent, is_at):
    fleet = Fleet.start([agent()[0]], system=system)
    is_at(fleet["reviewer"])
    for restarted in [fleet.restart("reviewer") for _ in range(20)]:
        restarted.get(timeout=10)
    assert fleet["reviewer"].ask("hello").result(10).text == "You said: hello"


def test_who_stops_an_agent_that_is_being_restarted_has_the_last_word(system, agent, is_at):
    fleet = Fleet.start([agent()[0]], system=system)
    is_at(fleet["reviewer"])
    restarted, stopped = fleet.restart("reviewer"), fleet.stop("reviewer")
    stopped.get(timeout=10)
    with pytest.raises(AgentDownError, match="stopped"):
        restarted.get(timeout=10)
    assert fleet["reviewer"].status.phase is AgentPhase.STOPPED
    fleet.restart("reviewer").get(timeout=10)
    is_at(fleet["reviewer"])


def test_an_agent_can_be_restarted_while_its_record_cannot_be_written(
    system, agent, store, eventually
):
    fleet = Fleet.start([agent()[0]], system=system, store=store)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("hello").result(10)
    eventually(lambda: _gone(store.directory))
    with capture_logs() as logs:
        fleet.restart("reviewer").get(timeout=10)
        assert reviewer.ask("again").result(10).session_id == first.session_id
        fleet.stop().get(timeout=10)
    grave = {record["event"] for record in logs if record["log_level"] == "error"}
    assert grave == {"agent_record_not_kept"}


def _gone(directory):
    shutil.rmtree(directory, ignore_errors=True)  # a record may be written meanwhile
    return not directory.exists()
