"""Structured output: what a turn has to return, and what becomes of it when it does not."""

from __future__ import annotations

import threading

import msgspec
import pytest

from greenroom import Cancelled, Completed, Crashed, Deadlines, SchemaFailed, TimedOut
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate, Kill, Result, Text, Turn, Wait
from greenroom.values.deadlines import Phase
from greenroom_protocol import LocalProtocolError
from tests import evil
from tests.patience import PATIENCE_SECONDS, QUICK, eventually

DO = PATIENCE_SECONDS
HURRIED = Deadlines(start=10, first_event=10, silence=10, interrupt=2, callback=0.2)


class Weather(msgspec.Struct):
    city: str
    degrees: float


GOOD = {"city": "Oslo", "degrees": -3.5}
OSLO = Weather("Oslo", -3.5)
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


def given(output, *before, text="There."):
    """The steps of a turn that returns `output`."""
    return [*before, Result(text=text, fields={"structured_output": output})]


def missing(text="I would rather not."):
    """The steps of a turn that ends well and returns nothing."""
    return [Text(text)]


def contents(session, launch=None):
    """The prompts that a process was sent."""
    return [prompt["message"]["content"] for prompt in session.simulator.record(launch).prompts]


# --- given ---------------------------------------------------------------------------------------


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
    [hello] = [
        request
        for request in session.simulator.record().requests
        if request["subtype"] == "initialize"
    ]
    assert set(hello["jsonSchema"]["properties"]) == {"city", "degrees"}


def test_what_is_streamed_is_the_readers_whatever_is_read_afterwards(play):
    session = play(Scenario(turns=[given({"city": 7}, Text("one")), given(GOOD, Text("two"))]))
    turn = session.ask("?", returns=Weather)
    assert list(turn.texts()) == ["one", "two"]
    assert turn.result(DO).value == OSLO


# --- wrong or missing ----------------------------------------------------------------------------


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


# --- reading takes its time ----------------------------------------------------------------------


class Slow:
    """A type whose own code waits until it is let go."""

    def __init__(self):
        self.begun, self.free = begun, free = threading.Event(), threading.Event()

        class Weather(msgspec.Struct):
            city: str

            def __post_init__(self):
                begun.set()
                assert free.wait(DO)

        self.type = Weather


@pytest.fixture(name="slow")
def _slow():
    slow = Slow()
    yield slow
    slow.free.set()


def test_a_type_that_takes_too_long_fails_the_turn_and_holds_up_nobody(play, slow):
    session = play(Scenario(turns=[given({"city": "Oslo"})]), Scenario(), deadlines=HURRIED)
    error = session.ask("?", returns=slow.type).outcome(DO)
    assert isinstance(error, SchemaFailed)
    assert "within 0.2 s" in str(error)
    assert msgspec.json.decode(error.raw) == {"city": "Oslo"}
    assert session.ask("and now?", returns=slow.type, repairs=0).outcome(DO).code == error.code
    assert len(contents(session)) == 2


def test_a_type_that_raises_something_odd_fails_the_turn(play):
    class Odd(msgspec.Struct):
        city: str

        def __post_init__(self):
            raise SystemExit(3)

    error = play(given({"city": "Oslo"})).ask("?", returns=Odd).outcome(DO)
    assert isinstance(error, SchemaFailed)
    assert "SystemExit" in str(error)


@pytest.mark.parametrize("base", [Exception, ValueError], ids=["error", "validation"])
@pytest.mark.parametrize("kind", evil.ERRORS, ids=range(len(evil.ERRORS)))
def test_a_type_whose_error_cannot_be_looked_at_fails_the_turn_and_no_more(play, kind, base):
    class Worse(kind, base):
        pass

    class Odd(msgspec.Struct):
        city: str

        def __post_init__(self):
            if self.city == "Oslo":
                raise Worse

    session = play(Scenario(turns=[given({"city": "Oslo"}), given({"city": "Rome"})]))
    error = session.ask("?", returns=Odd, repairs=0).outcome(DO)
    assert isinstance(error, SchemaFailed)
    assert len(str(error)) < 50_000
    assert msgspec.json.decode(error.raw) == {"city": "Oslo"}
    assert session.ask("?", returns=Odd).result(DO).value.city == "Rome"
    assert len(session.simulator.launches()) == 1


def test_a_turn_whose_result_is_there_cannot_be_interrupted_any_more(play, slow):
    session = play(Scenario(turns=[given({"city": "Oslo"})]))
    turn = session.ask("?", returns=slow.type)
    assert slow.begun.wait(DO)
    turn.interrupt()
    slow.free.set()
    assert turn.result(DO).value.city == "Oslo"
    assert session.ask("and now?", returns=slow.type).result(DO).value.city == "Oslo"
    assert len(session.simulator.launches()) == 1


def test_a_process_that_dies_while_its_output_is_read_takes_nothing_from_the_turn(play, slow):
    session = play(
        Scenario(turns=[Turn(given({"city": "Oslo"}), after=[Gate("die"), Kill()])]), Scenario()
    )
    turn = session.ask("?", returns=slow.type)
    assert slow.begun.wait(DO)
    session.simulator.open_gate("die")
    eventually(lambda: session.info.pid is None)
    slow.free.set()
    assert turn.result(DO).value.city == "Oslo"
    assert session.ask("and now?").text(DO) == "You said: and now?"


def test_a_process_that_dies_while_its_output_is_read_repairs_nothing(play, slow):
    class Late(msgspec.Struct):
        city: str

        def __post_init__(self):
            slow.begun.set()
            assert slow.free.wait(DO)
            raise ValueError("no such city")

    session = play(
        Scenario(turns=[Turn(given({"city": "x"}), after=[Gate("die"), Kill()])]), Scenario()
    )
    turn = session.ask("?", returns=Late)
    assert slow.begun.wait(DO)
    session.simulator.open_gate("die")
    eventually(lambda: session.info.pid is None)
    slow.free.set()
    error = turn.outcome(DO)
    assert isinstance(error, SchemaFailed)
    assert "no such city" in str(error)


def test_a_session_that_is_stopped_while_it_reads_ends_the_turn(play, slow):
    session = play(given({"city": "Oslo"}))
    turn = session.ask("?", returns=slow.type)
    assert slow.begun.wait(DO)
    session.stop()
    assert isinstance(turn.outcome(DO), Cancelled)


def test_a_deadline_of_the_turn_counts_reading_too(play, slow):
    session = play(Scenario(turns=[given({"city": "Oslo"})]), Scenario())
    turn = session.ask("?", returns=slow.type, deadlines=Deadlines(start=10, total=2))
    assert slow.begun.wait(DO)
    error = turn.outcome(DO)
    assert isinstance(error, TimedOut)
    assert error.phase is Phase.TOTAL
    slow.free.set()
    assert session.ask("and now?").text(DO) == "You said: and now?"


def test_a_turn_that_is_interrupted_while_it_is_repaired_is_cancelled(play):
    session = play(Scenario(turns=[missing(), [Text("wait"), Wait()], given(GOOD)]))
    turn = session.ask("?", returns=Weather)
    texts = iter(turn.texts())
    assert [next(texts), next(texts)][1] == "wait"
    turn.interrupt()
    assert isinstance(turn.outcome(DO), Cancelled)
    assert session.ask("and now?", returns=Weather).result(DO).value == OSLO
    assert len(session.simulator.launches()) == 1


def test_a_process_that_dies_while_it_repairs_crashes_the_turn_and_it_is_not_asked_again(play):
    session = play(Scenario(turns=[missing(), [Kill()]]), Scenario())
    assert isinstance(session.ask("?", returns=Weather).outcome(DO), Crashed)
    assert session.ask("and now?").text(DO) == "You said: and now?"
    assert contents(session, 2) == ["and now?"]


# --- schemas of a conversation -------------------------------------------------------------------


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


def test_a_single_query_returns_what_was_asked_for(system, simulator, tmp_path):
    installed = simulator(Scenario(turns=[missing(), given(GOOD)]))
    turn = system.ask(
        "?",
        returns=Weather,
        executable=installed.path,
        cwd=tmp_path,
        api_key="not-a-real-key",
        deadlines=QUICK,
    )
    done = turn.result(DO)
    assert isinstance(done, Completed)
    assert done.value == OSLO


def test_what_is_read_is_read_beside_the_session(play, slow):
    session = play(given({"city": "Oslo"}))
    turn = session.ask("?", returns=slow.type)
    assert slow.begun.wait(DO)
    assert session.mcp_status().get(timeout=DO).servers == ()
    slow.free.set()
    assert turn.result(DO).value.city == "Oslo"
