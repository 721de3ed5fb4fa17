"""What happens in the life of a session is told once, under stable names, and without secrets."""

from __future__ import annotations

import inspect
import os
import signal

import msgspec
import pytest
import structlog
from structlog.testing import LogCapture

from greenroom import Recovery, StartFailed
from greenroom.runtime import Actor, Backoff
from greenroom.session import events
from greenroom.session.messages import Recycle
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Exit, Gate, Kill, Stderr, Text
from greenroom.testing.scenario.catalogue import poisoned
from tests.patience import PATIENCE_SECONDS, eventually
from tests.recovery.virtual import ENTRY, Listener

DO = PATIENCE_SECONDS
CANARY = "sk-ant-canary-0123456789abcdef"
KINDS = [
    kind
    for _, kind in inspect.getmembers(events, inspect.isclass)
    if issubclass(kind, events.SessionEvent) and kind is not events.SessionEvent
]


@pytest.fixture(name="records")
def _records():
    """What is logged, by a program that has configured structlog."""
    assert not structlog.is_configured()
    capture = LogCapture()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.reset_defaults()


def named(records):
    return [record["event"] for record in records if record["event"].startswith("session_")]


# --- names ---


def test_names_are_these_and_no_others():
    assert {kind.name: kind.grave for kind in KINDS} == {
        "session_conversation_reset": True,
        "session_gave_up": True,
        "session_parked": True,
        "session_process_lost": False,
        "session_process_retired": False,
        "session_process_started": False,
        "session_released": False,
        "session_turn_repeated": True,
        "session_worked": False,
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_event_says_whose_it_is_and_can_be_put_on_a_wire(kind):
    assert kind.__struct_fields__[:2] == ("session", "session_id")
    made = kind(**dict.fromkeys(kind.__struct_fields__))
    assert msgspec.json.decode(msgspec.json.encode(made)).keys() == set(kind.__struct_fields__)
    assert set(kind.__struct_fields__) == set(msgspec.structs.asdict(made))


# --- one record and one message each ---


def lives(host):
    """A host in whose sessions everything happens that can; the names of it, in order."""
    session = host.session(
        recovery=Recovery(parks=True, intensity=1, backoff=Backoff(jitter=0.0)), idle_seconds=40.0
    )
    session.ask(idempotent=True)
    session.greet().crash()
    session.greet().answer()
    session.tell(Recycle("a test"))
    session.ask()
    session.greet().process.refuse(401, "authentication_failed")
    session.ask()
    host.advance(61)
    session.greet().answer()
    session.ask()
    session.process.refuse(400, "invalid_request", api_error="tool_history_mismatch")
    session.greet().answer()
    for _ in range(2):
        session.ask()
        session.greet().crash()
        host.advance(5)
    return [
        "session_process_started",
        "session_process_lost",
        "session_turn_repeated",
        "session_process_started",
        "session_worked",
        "session_process_retired",
        "session_process_started",
        "session_parked",
        "session_process_retired",  # idle meanwhile
        "session_released",
        "session_process_started",
        "session_worked",
        "session_conversation_reset",
        "session_process_started",
        "session_worked",
        "session_process_lost",
        "session_process_started",
        "session_process_lost",
        "session_gave_up",
    ]


def test_each_event_is_told_once_and_logged_once(host, records):
    expected = lives(host)
    assert [event.name for event in host.heard] == expected
    assert named(records) == expected


def test_records_have_what_the_events_have(host, records):
    lives(host)
    logged = [record for record in records if record["event"].startswith("session_")]
    for event, record in zip(host.heard, logged, strict=True):
        fields = msgspec.structs.asdict(event)
        assert {name: record[name] for name in fields} == fields
        assert record["log_level"] == ("warning" if event.grave else "info")


def test_a_program_that_did_not_configure_logging_reads_what_is_grave_alone(host, capsys):
    assert not structlog.is_configured()
    names = lives(host)
    printed = capsys.readouterr().err
    graves = {kind.name for kind in KINDS if kind.grave}
    for name in set(names):
        assert printed.count(name) == (names.count(name) if name in graves else 0)


def test_events_carry_what_is_needed_to_act_on_them(host):
    lives(host)
    by_name = {event.name: event for event in host.heard}
    started = by_name["session_process_started"]
    assert (started.binary, started.version, started.session) == ("/bin/claude", "2.1.329", "s0")
    worked = by_name["session_worked"]
    assert (worked.entry, worked.turns) == (ENTRY, 4)
    assert by_name["session_parked"].code == "authentication_failed"
    assert by_name["session_process_retired"].why == "idle"
    lost = by_name["session_process_lost"]
    assert (lost.code, lost.losses, lost.restart_in) == ("crashed", 2, None)
    assert by_name["session_gave_up"].losses == 2
    assert by_name["session_turn_repeated"].turn_id == "s0-1"


def test_a_subscriber_is_told_of_the_types_it_wants(host):
    heard = []
    listener = Listener.start(heard, dispatcher=host.dispatcher)
    host.events.subscribe(listener, events.ProcessLost, events.SessionGaveUp)
    lives(host)
    assert [type(event) for event in heard] == [
        events.ProcessLost,
        events.ProcessLost,
        events.ProcessLost,
        events.SessionGaveUp,
    ]


def test_a_subscriber_that_fails_or_has_ended_changes_nothing(host):
    class Clumsy(Actor):
        def on_receive(self, message):
            raise RuntimeError(f"cannot take {message}")

    clumsy = Clumsy.start(dispatcher=host.dispatcher)
    host.events.subscribe(clumsy)
    expected = lives(host)
    assert [event.name for event in host.heard] == expected


def test_the_observer_of_a_session_is_told_of_it_alone(play, system):
    heard = []
    observer = Listener.start(heard, dispatcher=system.dispatcher)
    one = play(Scenario(), label="mine", observer=observer)
    other = play(Scenario(), label="theirs")
    for session in (one, other):
        session.ask("hello").result(DO)
    eventually(lambda: len(heard) >= 2)
    assert [(event.name, event.session) for event in heard] == [
        ("session_process_started", "mine"),
        ("session_worked", "mine"),
    ]
    observer.stop()


# --- secrets ---


# Ways for a process to tell its secret on its way out.
POISON = {"api_error": "tool_history_mismatch", "text": f"{CANARY} mismatch"}
LEAKS = {
    "stderr": Scenario(turns=[[Text("hi"), Stderr(f"fatal: key {CANARY} is bad\n"), Exit(1)]]),
    "flag": Scenario(on_start=[Stderr(f"error: unknown option '--{CANARY}'\n"), Exit(1)]),
    "start": Scenario(on_start=[Stderr(f"cannot start with {CANARY}\n"), Exit(1)]),
    "login": Scenario(turns=[[ApiError(401, "authentication_failed", text=f"bad key {CANARY}")]]),
    "poison": Scenario(turns=[[Text("hi")], [ApiError(400, "invalid_request", **POISON)]]),
}
PLACES = {
    "api_key": {"api_key": CANARY},
    "env": {"api_key": None, "env": {"ANTHROPIC_API_KEY": CANARY}},
}


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_told(play, heard, records, leak, place):
    recovery = Recovery(parks=True, intensity=1, eager=True, backoff=Backoff(base=0.001))
    session = play(LEAKS[leak], recovery=recovery, **PLACES[place])
    turns = [session.ask("hello", idempotent=True) for _ in range(2)]
    eventually(lambda: turns[1].done or session.info.phase in {"parked", "stopped"})
    eventually(lambda: [event for event in heard if event.name != "session_process_started"])
    session.stop()
    told = [heard, records, session.info, str(session.info.last_error)]
    told.extend(turn.outcome(DO) for turn in turns)
    assert CANARY not in repr(told)


def test_no_secret_of_a_start_that_failed_is_told(host):
    session = host.session(recovery=Recovery(parks=True))
    session.backend.trouble = StartFailed("there is none", code="cli_not_found")
    session.ask()
    assert [event.name for event in host.heard] == ["session_process_lost", "session_parked"]


# --- the whole way, with processes ---


def test_a_life_with_processes_is_told_in_order(play, heard, records):
    session = play(poisoned("resume_at"), label="scout", recovery=Recovery(fresh=True))
    session.ask("one").result(DO)
    os.kill(session.info.pid, signal.SIGKILL)
    eventually(lambda: session.info.pid is None)
    session.ask("two").result(DO)
    expected = [
        "session_process_started",
        "session_worked",
        "session_process_lost",
        "session_process_started",
        "session_conversation_reset",
        "session_process_started",
        "session_worked",
    ]
    eventually(lambda: len(heard) == len(expected))
    assert [event.name for event in heard] == named(records) == expected
    assert {event.session for event in heard} == {"scout"}
    assert {event.session_id for event in heard[1:]} == {session.session_id}


def test_what_is_stopped_while_it_works_is_no_event(play, heard):
    session = play(Scenario(turns=[[Text("hm"), Gate("never")]]))
    turn = session.ask("hello")
    next(iter(turn))
    session.stop()
    assert [event.name for event in heard] == ["session_process_started"]


def test_a_crash_in_a_parallel_query_is_told_under_the_name_of_the_session(play, heard):
    session = play(Scenario(turns=[[Kill()]]), label="crowd", parallel=True)
    assert session.ask("hello").outcome(DO).code == "outcome_unknown"
    eventually(lambda: len(heard) == 2)
    assert [(event.name, event.session) for event in heard] == [
        ("session_process_started", "crowd"),
        ("session_process_lost", "crowd"),
    ]
