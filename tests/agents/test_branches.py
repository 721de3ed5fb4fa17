"""Queries beside the conversation of an agent are no business of its record and its budget."""

from __future__ import annotations

from greenroom.agents.fleet import Fleet
from greenroom.testing import Scenario
from greenroom.testing.scenario import Kill, Text, Turn

DYING = Turn([Text("I will"), Kill()], when="die")
FINE = Turn([Text("after $history")])


def test_a_parallel_query_does_not_become_the_agent(system, agent, store, eventually):
    spec, _ = agent(Scenario(turns=[FINE]))
    fleet = Fleet.start([spec], system=system, store=store)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("one").result(10)
    eventually(lambda: reviewer.status.turns == 1)
    branch = reviewer.ask("two", parallel=True).result(10)
    assert branch.session_id != first.session_id
    assert reviewer.status.session_id == first.session_id
    fleet.stop().get(timeout=10)
    record = store.load("reviewer")
    assert (record.session_id, record.last_entry is not None) == (first.session_id, True)
    second = Fleet.start([spec], system=system, store=store)
    again = second.tell("reviewer", "again").result(10)
    assert (again.session_id, again.text) == (first.session_id, "after 1")
    second.stop().get(timeout=10)


def test_parallel_queries_that_crash_do_not_spend_the_budget(system, agent, store, eventually):
    spec, _ = agent(Scenario(turns=[DYING, FINE]), intensity=2)
    fleet = Fleet.start([spec], system=system, store=store)
    reviewer = fleet["reviewer"]
    first = reviewer.ask("one").result(10)
    eventually(lambda: reviewer.status.turns == 1)
    for _ in range(4):
        assert not reviewer.ask("die", parallel=True).outcome(10).ok
    assert not reviewer.ask("die").outcome(10).ok
    eventually(lambda: reviewer.status.losses)  # and what came before was told before
    assert reviewer.status.losses == 1
    fleet.stop().get(timeout=10)
    record = store.load("reviewer")
    assert (len(record.losses), record.given_up) == (1, False)
    assert record.session_id == first.session_id
