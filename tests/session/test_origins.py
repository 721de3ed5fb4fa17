"""Which turn a sub-agent was started in, and so for whom it asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.session import origins
from greenroom.session.origins import Origins

FIRST, SECOND = "the first turn", "the second turn"
"""Turns; what they are is nothing to it."""


@pytest.fixture(name="known")
def _known():
    return Origins()


@pytest.mark.parametrize("tool_use_id", [None, "", "call-of-nobody"])
@pytest.mark.parametrize("flight", [FIRST, None])
def test_what_no_sub_agent_asks_is_asked_by_the_turn_that_runs(known, tool_use_id, flight):
    assert known.asker(None, tool_use_id, flight) is flight
    assert known.asker("", tool_use_id, flight) is flight


def test_a_sub_agent_asks_for_the_turn_that_started_it_whichever_runs(known):
    known.begins("agent", "call-1", FIRST)
    for running in (FIRST, SECOND, None):
        assert known.asker("agent", None, running) is FIRST
        assert known.asker("agent", "call-9", running) is FIRST


def test_a_sub_agent_that_was_started_between_turns_asks_for_none(known):
    known.begins("agent", None, None)
    assert known.asker("agent", None, SECOND) is None


def test_for_whom_an_unknown_sub_agent_asks_is_not_said(known):
    known.begins("agent", "call-1", FIRST)
    assert known.asker("another", None, SECOND) is None


def test_what_asks_by_a_tool_call_alone_asks_for_the_agent_that_called(known):
    known.begins("agent", "call-1", FIRST)
    known.calls("agent", ["call-2", "call-3"])
    assert known.asker(None, "call-3", SECOND) is FIRST
    assert known.asker(None, "call-1", SECOND) is SECOND  # the call of the main conversation
    assert known.asker(None, "call-4", SECOND) is SECOND


def test_a_call_of_an_unknown_sub_agent_is_no_turns(known):
    known.calls("another", ["call-2"])
    assert known.asker(None, "call-2", SECOND) is None


def test_a_sub_agent_of_a_sub_agent_asks_for_the_turn_of_the_first(known):
    known.begins("child", "call-1", FIRST)
    known.calls("child", ["call-2"])
    known.begins("grandchild", "call-2", SECOND)  # meanwhile another turn runs
    known.calls("grandchild", ["call-3"])
    known.begins("great-grandchild", "call-3", None)
    assert known.asker("grandchild", None, SECOND) is FIRST
    assert known.asker("great-grandchild", None, SECOND) is FIRST


def test_a_sub_agent_of_an_unknown_one_is_no_turns(known):
    known.calls("another", ["call-2"])
    known.begins("child", "call-2", SECOND)
    assert known.asker("child", None, SECOND) is None


def test_a_sub_agent_that_is_started_again_asks_for_the_later_turn(known):
    known.begins("agent", "call-1", FIRST)
    known.begins("agent", "call-2", SECOND)
    assert known.asker("agent", None, None) is SECOND


def test_the_oldest_are_forgotten_and_the_newest_are_not(known):
    most = origins._MOST
    for number in range(most + 5):
        known.begins(f"agent {number}", None, FIRST)
        known.calls(f"agent {number}", [f"call {number}"])
    assert (len(known._agents), len(known._calls)) == (most, most)
    assert known.asker("agent 4", None, SECOND) is None
    assert known.asker(None, "call 4", SECOND) is SECOND
    assert known.asker("agent 5", None, SECOND) is FIRST
    assert known.asker(None, f"call {most + 4}", SECOND) is FIRST


def test_many_calls_in_one_frame_are_bounded_as_well(known):
    known.calls("agent", (f"call {number}" for number in range(3 * origins._MOST)))
    assert len(known._calls) == origins._MOST


@given(
    st.lists(
        st.tuples(st.integers(-1, 4), st.integers(0, 5), st.sampled_from([FIRST, SECOND, None]))
    )
)
def test_whoever_starts_whom_each_asks_for_the_turn_of_its_first_ancestor(starts):
    known, turns = Origins(), {}
    for number, (parent, child, running) in enumerate(starts):
        call = f"call {number}"
        if parent >= 0:
            known.calls(str(parent), [call])
        known.begins(str(child), call, running)
        turns[str(child)] = running if parent < 0 else turns.get(str(parent))
    for agent in range(7):
        assert known.asker(str(agent), None, "running") is turns.get(str(agent))
