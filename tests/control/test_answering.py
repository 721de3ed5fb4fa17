"""Structured output: what a turn has to return, and what becomes of it when it does not."""

from __future__ import annotations

import msgspec
import pytest

from greenroom import SchemaFailed
from greenroom.testing import Scenario
from greenroom.testing.scenario import Result, Text, Turn
from tests.control.record import contents, handshake_of
from tests.control.weather import GOOD, OSLO, SCHEMA, Weather, given, missing
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS


def test_an_output_is_read_as_the_type_that_was_asked_for(play):
    session = play(given(GOOD))
    turn = session.ask("how is it?", returns=Weather)
    done = turn.result(DO)
    assert (done.value, done.structured, done.text) == (OSLO, GOOD, "There.")
    assert turn.text(DO) == "There."
    assert contents(session) == ["how is it?"]


@pytest.mark.parametrize("schema", [SCHEMA, {"type": "json_schema", "schema": SCHEMA}], ids=str)
def test_an_output_is_read_by_a_schema_as_it_is(play, schema):
    assert play(given({"city": "Oslo"})).ask("?", returns=schema).result(DO).value == {
        "city": "Oslo"
    }


def test_what_is_no_object_is_read_as_well(play):
    assert play(given({"value": [1, 2]})).ask("?", returns=list[int]).result(DO).value == [1, 2]


def test_a_turn_that_asks_for_nothing_returns_nothing(play):
    done = play(Scenario()).ask("hello").result(DO)
    assert (done.value, done.structured) == (None, None)


def test_the_schema_is_what_the_cli_is_told_at_the_start(play):
    session = play(given(GOOD))
    session.ask("?", returns=Weather).result(DO)
    assert set(handshake_of(session)["jsonSchema"]["properties"]) == {"city", "degrees"}


def test_what_is_streamed_is_the_readers_whatever_is_read_afterwards(play):
    session = play(Scenario(turns=[given({"city": 7}, Text("one")), given(GOOD, Text("two"))]))
    turn = session.ask("?", returns=Weather)
    assert list(turn.texts()) == ["one", "two"]
    assert turn.result(DO).value == OSLO


@pytest.mark.parametrize(
    ("first", "hint"),
    [
        (missing(), "without the structured output"),
        (given({"city": "Oslo"}), "does not fit its schema"),
        (given({"city": "Oslo", "degrees": "mild"}), "degrees"),
        (given(None), "does not fit its schema"),
        (given("Oslo"), "does not fit its schema"),
        (
            [Result("error_max_structured_output_retries")],
            "without the structured output",
        ),
    ],
    ids=["missing", "too little", "of a wrong type", "null", "a text", "given up by the CLI"],
)
def test_an_output_that_does_not_do_is_asked_for_again_in_the_same_conversation(play, first, hint):
    session = play(Scenario(turns=[first, given(GOOD)]))
    turn = session.ask("how is it?", returns=Weather)
    done = turn.result(DO)
    assert (done.value, done.turn_id) == (OSLO, turn.id)
    asked, again = contents(session)
    assert (asked, hint in again) == ("how is it?", True)
    assert len(session.simulator.launches()) == 1


def test_a_repair_that_fails_fails_the_turn_with_what_there_was(play):
    session = play(Scenario(turns=[missing(), given({"city": 7})]), Scenario())
    error = session.ask("?", returns=Weather).outcome(DO)
    assert isinstance(error, SchemaFailed)
    assert msgspec.json.decode(error.raw) == {"city": 7}
    assert "degrees" in str(error) or "city" in str(error)
    assert len(contents(session)) == 2
    assert session.ask("and now?").text(DO) == "You said: and now?"


@pytest.mark.parametrize("repairs", [0, 2])
def test_it_is_asked_for_again_as_often_as_was_said(play, repairs):
    session = play(Scenario(turns=[missing("nothing")]))
    error = session.ask("?", returns=Weather, repairs=repairs).outcome(DO)
    assert isinstance(error, SchemaFailed)
    assert len(contents(session)) == 1 + repairs


def test_the_repair_is_no_turn_of_its_own_and_all_of_it_is_paid_for_once(play):
    turns = [
        Turn(given({"city": 7}, Text("a")), cost_usd=0.5),
        Turn(missing(), cost_usd=0.25),
        Turn(given(GOOD, Text("b")), cost_usd=0.125),
        Turn(given(GOOD, Text("c")), cost_usd=1),
    ]
    session = play(Scenario(turns=turns))
    done = session.ask("?", returns=Weather, repairs=2).result(DO)
    assert round(done.spend.cost_usd, 6) == 0.875
    assert round(done.running.cost_usd, 6) == 0.875
    following = session.ask("?", returns=Weather).result(DO)
    assert round(following.spend.cost_usd, 6) == 1
    totals = session.info.totals
    assert (totals.turns, totals.completed, round(totals.spend.cost_usd, 6)) == (2, 2, 1.875)


def test_a_failure_is_paid_for_as_well(play):
    wrong = given({"city": 7}, Text("a"))
    turns = [Turn(missing(), cost_usd=0.5), Turn(wrong, cost_usd=0.25)]
    error = play(Scenario(turns=turns)).ask("?", returns=Weather).outcome(DO)
    assert round(error.context.spend.cost_usd, 6) == 0.75


def test_other_failures_are_not_repaired(play):
    session = play([Result("error_max_turns")])
    error = session.ask("?", returns=Weather).outcome(DO)
    assert type(error).__name__ == "LimitReached"
    assert len(contents(session)) == 1


def test_turns_that_wait_are_asked_after_the_repair(play):
    session = play(Scenario(turns=[missing(), given(GOOD), given(GOOD)]))
    first, second = (session.ask(word, returns=Weather) for word in ("one", "two"))
    assert [turn.result(DO).value for turn in (first, second)] == [OSLO, OSLO]
    one, repair, two = contents(session)
    assert (one, two) == ("one", "two")
    assert "structured output" in repair
