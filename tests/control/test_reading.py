"""Structured output whose type takes its time to read it, or fails to, beside the session."""

from __future__ import annotations

import threading

import msgspec
import pytest

from greenroom import Cancelled, Crashed, Deadlines, SchemaFailed, TimedOut
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate, Kill, Text, Turn, Wait
from greenroom.values.deadlines import Phase
from tests import evil
from tests.control.record import contents
from tests.control.weather import GOOD, OSLO, Weather, given, missing
from tests.patience import PATIENCE_SECONDS, eventually

DO = PATIENCE_SECONDS
HURRIED = Deadlines(start=10, first_event=10, silence=10, interrupt=2, callback=0.2)


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


def test_what_is_read_is_read_beside_the_session(play, slow):
    session = play(given({"city": "Oslo"}))
    turn = session.ask("?", returns=slow.type)
    assert slow.begun.wait(DO)
    assert session.mcp_status().get(timeout=DO).servers == ()
    slow.free.set()
    assert turn.result(DO).value.city == "Oslo"
