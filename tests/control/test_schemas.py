"""Schemas of a conversation: which are refused, and which take another process."""

from __future__ import annotations

import threading

import msgspec
import pytest

from greenroom import Completed
from greenroom.testing import Scenario
from greenroom_protocol import LocalProtocolError
from tests.control.weather import GOOD, OSLO, SCHEMA, Weather, given, missing
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS


def test_another_schema_takes_another_process_that_goes_on_with_the_conversation(play):
    session = play(
        Scenario(turns=[given(GOOD)]), Scenario(turns=[given({"city": "Oslo"})]), Scenario()
    )
    first = session.ask("one", returns=Weather).result(DO)
    second = session.ask("two", returns=SCHEMA).result(DO)
    third = session.ask("three").result(DO)
    assert [done.value for done in (first, second, third)] == [OSLO, {"city": "Oslo"}, None]
    assert third.text == "You said: three"
    launches = session.simulator.launches()
    assert len(launches) == 3
    assert all(f"--resume={first.session_id}" in launch.argv for launch in launches[1:])


def test_the_same_schema_is_served_by_the_same_process(play):
    class Other(msgspec.Struct):
        city: str
        degrees: float

    session = play(Scenario(turns=[given(GOOD)]))
    assert session.ask("one", returns=Weather).result(DO).value == OSLO
    session.ask("two", returns=Weather).result(DO)
    assert len(session.simulator.launches()) == 1


def test_a_schema_cannot_change_where_nothing_is_stored(play):
    session = play(Scenario(), no_session_persistence=True)
    with pytest.raises(LocalProtocolError, match="no_session_persistence"):
        session.ask("?", returns=Weather)
    assert session.simulator.launches() == ()


def test_a_schema_is_said_in_one_way(play):
    session = play(Scenario())
    with pytest.raises(LocalProtocolError, match="json_schema"):
        session.ask("?", returns=Weather, json_schema=SCHEMA)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"returns": Weather, "repairs": -1}, ValueError),
        ({"returns": Weather, "repairs": 1.5}, TypeError),
        ({"returns": Weather, "repairs": True}, TypeError),
        ({"returns": threading.Thread}, TypeError),
        ({"returns": {"type": "whatever"}}, (TypeError, ValueError)),
    ],
    ids=str,
)
def test_what_cannot_be_returned_is_refused_when_it_is_asked_for(play, arguments, error):
    session = play(Scenario())
    with pytest.raises(error):
        session.ask("?", **arguments)
    assert session.simulator.launches() == ()


def test_parallel_turns_each_return_their_own(play):
    session = play(Scenario(turns=[missing(), given(GOOD)]), parallel=True, max_parallel=4)
    turns = [session.ask(f"{number}", returns=Weather) for number in range(8)]
    assert [turn.result(DO).value for turn in turns] == [OSLO] * 8


def test_a_single_query_returns_what_was_asked_for(query):
    ask = query(Scenario(turns=[missing(), given(GOOD)]))
    done = ask("?", returns=Weather).result(DO)
    assert isinstance(done, Completed)
    assert done.value == OSLO
