"""What a session loses with the process of a real CLI, and what it does not."""

from __future__ import annotations

import os
import signal
import time
import uuid

import pytest

from greenroom import Interrupted, Recovery, Rejected
from greenroom.hooks import allow
from greenroom.session.events import (
    ConversationReset,
    ProcessLost,
    ProcessRetired,
    ProcessStarted,
    SessionEvent,
    SessionParked,
    SessionReleased,
)
from greenroom.session.parking_lot import ParkingLot
from greenroom.session.resumption import Past
from greenroom.testing.fake_anthropic import Error, Stall, Text, ToolUse, limit_reached
from greenroom.tools import tool
from greenroom.values.ladder import Impasse, Rung
from tests.patience import eventually
from tests.recovery.virtual import Listener

MISMATCH = "messages.3: `tool_use` ids were found without `tool_result` blocks immediately after"
DAMAGED = Error(400, type="invalid_request_error", message=MISMATCH)
UNNAMED = Error(400, type="invalid_request_error", message="some other bad request")
BAD_KEY = Error(401, type="authentication_error", message="invalid x-api-key")
PARKS = Recovery(parks=True)


@pytest.fixture(name="heard")
def _heard(system):
    """The events of the sessions of the system, as they come."""
    heard = []
    listener = Listener.start(heard, dispatcher=system.dispatcher)
    system.events.subscribe(listener, SessionEvent)
    yield heard
    listener.stop()


@pytest.fixture(name="transcript")
def _transcript(home):
    """A function that tells what is stored of a conversation."""

    def transcript(session_id):
        paths = list(home.glob(f".claude/projects/*/{session_id}.jsonl"))
        return "".join(path.read_text() for path in paths)

    return transcript


@pytest.fixture(name="agent")
def _agent(open_session):
    """A function that opens a session with a hook and a tool; both note that they were called."""

    def agent(**more):
        calls = []

        @tool
        def price() -> str:
            """The price."""
            calls.append("tool")
            return "12"

        def watch(_asked):
            calls.append("hook")
            return allow()

        session = open_session(
            hooks={"PreToolUse": watch},
            mcp_servers={"shop": [price]},
            allowed_tools=["mcp__shop"],
            **more,
        )
        return session, calls

    return agent


def of(heard, kind):
    return [event for event in heard if type(event) is kind]


def die(session):
    """Kill its process, and wait until the session knows."""
    pid = session.info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: session.info.pid != pid)


def stall_at_count(api):
    api.on("price", ToolUse("mcp__shop__price", {}), Text("It is 12."))
    api.on("count", Stall(Text(("one ", "two")), after_events=3))


# --- a death in the middle of a turn ---


def test_an_agent_survives_the_death_of_its_cli_in_the_middle_of_a_turn(
    api, system, agent, history, heard
):
    stall_at_count(api)
    session, calls = agent(label="scout")
    session.ask("my name is Ada").result(20)
    first = session.ask("what is the price?").result(20)
    assert calls == ["hook", "tool"]
    doomed = session.ask("count")
    waiting = session.ask("what is the price now?")
    api.wait_for_stall(timeout=20)
    die(session)
    outcome = doomed.outcome(20)
    assert (type(outcome), outcome.code) == (Interrupted, "outcome_unknown")
    assert (outcome.signal, outcome.context.begun) == (signal.SIGKILL, True)
    following = waiting.result(20)
    assert (following.text, following.session_id) == ("It is 12.", first.session_id)
    assert calls == ["hook", "tool"] * 2
    assert history(api.requests[-1], "my name is Ada", "price now")[0] == "my name is Ada"
    assert [request.prompt for request in api.requests].count("count") == 1
    assert system.registry.whereis_name("scout") is session.actor_ref
    assert [event.rung for event in of(heard, ProcessStarted)] == [None, Rung.RESUME]
    [lost] = of(heard, ProcessLost)
    assert (lost.turn_id, lost.session_id) == (doomed.id, first.session_id)


def test_it_survives_that_five_times_in_a_row(api, agent):
    stall_at_count(api)
    session, calls = agent(recovery=Recovery(eager=True))
    name = session.ask("my name is Ada").result(20).session_id
    for number in range(1, 6):
        doomed = session.ask(f"count {number}")
        api.wait_for_request(lambda asked, n=number: asked.prompt == f"count {n}", 20)
        die(session)
        assert isinstance(doomed.outcome(20), Interrupted)
        assert session.ask("what is the price?").result(20).session_id == name
        assert calls == ["hook", "tool"] * number
    assert session.info.losses == 0


def test_an_idempotent_turn_is_answered_by_the_next_process(api, open_session):
    api.on("count", Stall(Text(("one ", "two")), after_events=3), Text("one two three"))
    session = open_session()
    name = session.ask("my name is Ada").result(20).session_id
    turn = session.ask("count", idempotent=True)
    api.wait_for_stall(timeout=20)
    eventually(lambda: session.info.phase == "busy")
    api.on("count", Text("one two three"))
    die(session)
    outcome = turn.result(20)
    assert (outcome.text, outcome.session_id, outcome.turn_id) == ("one two three", name, turn.id)
    assert session.info.totals.turns == 2


def test_what_was_changed_while_it_ran_holds_in_the_next_process(api, open_session, proc):
    session = open_session(model="claude-opus-4-1")
    session.ask("hello").result(20)
    session.set_model("claude-sonnet-4-5").get(timeout=20)
    die(session)
    session.ask("hello again").result(20)
    assert "--model=claude-sonnet-4-5" in proc(session.info.pid, "cmdline")
    assert b"claude-sonnet-4-5" in api.requests[-1].content


# --- nothing to do ---


def test_an_idle_process_is_ended_and_the_next_turn_does_not_notice(
    api, agent, history, heard, children
):
    stall_at_count(api)
    session, calls = agent(idle_seconds=0.5)
    name = session.ask("my name is Ada").result(20).session_id
    eventually(lambda: session.info.pid is None and not children())
    following = session.ask("what is the price?").result(20)
    assert (following.text, following.session_id, calls) == ("It is 12.", name, ["hook", "tool"])
    assert history(api.requests[-1], "my name is Ada", "price")[0] == "my name is Ada"
    assert of(heard, ProcessLost) == []
    assert of(heard, ProcessRetired)[0].why == "idle"


def test_a_process_is_recycled_between_two_turns(api, agent, heard):
    stall_at_count(api)
    session, calls = agent()
    name = session.ask("my name is Ada").result(20).session_id
    pid = session.info.pid
    session.recycle("a test")
    assert session.ask("what is the price?").result(20).session_id == name
    assert session.info.pid != pid
    assert calls == ["hook", "tool"]
    assert of(heard, ProcessLost) == []


# --- limits of the account ---


class Wall:
    """A wall clock that a test can set."""

    def __init__(self):
        self.skew = 0.0

    def __call__(self):
        return time.time() + self.skew


@pytest.fixture(name="wall")
def _wall(system):
    """The wall clock of the system's parking lot."""
    wall = Wall()
    system._sessions._lot = ParkingLot.start(wall, dispatcher=system.dispatcher)
    return wall


def test_a_key_that_is_not_accepted_parks_until_it_is(api, open_session, wall, heard):
    api.on("", BAD_KEY)
    sessions = [open_session(recovery=PARKS) for _ in range(2)]
    for session in sessions:
        assert session.ask("hello").outcome(20).code == "authentication_failed"
        eventually(lambda session=session: session.info.phase == "parked")
    waiting = [session.ask("hello again") for session in sessions]
    asked = len(api.requests)
    assert sessions[0].queued()[0].turn_id == waiting[0].id
    assert sessions[0].info.parked_until > time.time() + 30
    api.forget_rules()
    wall.skew = 120.0
    late = sessions[1].ask("and again")  # so somebody looks at the clock
    assert [turn.text(20) for turn in waiting] == ["You said: hello again"] * 2
    assert late.text(20) == "You said: and again"
    assert len(api.requests) == asked + 3
    assert len(of(heard, SessionParked)) == len(of(heard, SessionReleased)) == 2


def test_a_usage_limit_parks_until_it_resets(api, open_session, heard):
    resets_at = int(time.time()) + 4
    api.on("", limit_reached(resets_at))
    session = open_session(recovery=PARKS, oauth=True)
    outcome = session.ask("hello").outcome(20)
    assert (outcome.code, outcome.resets_at) == ("rate_limited", resets_at)
    eventually(lambda: session.info.phase == "parked")
    assert session.info.parked_until == resets_at
    turn = session.ask("hello again")
    asked = len(api.requests)
    api.forget_rules()
    assert turn.text(20) == "You said: hello again"
    assert time.time() >= resets_at
    assert len(api.requests) == asked + 1
    assert [event.until for event in of(heard, SessionParked)] == [resets_at]


# --- conversations that cannot be gone on with ---


def test_what_a_lost_turn_left_behind_is_dropped_if_the_api_refuses_it(
    api, open_session, transcript, history, heard
):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    session = open_session()
    name = session.ask("my name is Ada").result(20).session_id
    doomed = session.ask("count the toxins")
    api.wait_for_stall(timeout=20)
    eventually(lambda: "toxins" in transcript(name))
    api.forget_rules()
    api.on(lambda _prompt: b"toxins" in api.requests[-1].content, DAMAGED)
    die(session)
    assert isinstance(doomed.outcome(20), Interrupted)
    following = session.ask("who am I?").result(30)
    assert (following.text, following.session_id) == ("You said: who am I?", name)
    assert history(api.requests[-1], "my name is Ada", "toxins") == ["my name is Ada"]
    [reset] = of(heard, ConversationReset)
    assert (reset.impasse, reset.rung) == (Impasse.POISONED, Rung.RESUME_AT)
    assert session.ask("still here?").result(20).session_id == name


def test_a_prompt_that_poisoned_its_conversation_is_dropped_with_the_next_one(
    api, open_session, history, heard
):
    api.on(lambda _prompt: b"toxins" in api.requests[-1].content, UNNAMED)
    session = open_session()
    name = session.ask("my name is Ada").result(20).session_id
    outcome = session.ask("count the toxins").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "invalid_request_error")
    following = session.ask("who am I?").result(30)
    assert (following.text, following.session_id) == ("You said: who am I?", name)
    assert history(api.requests[-1], "my name is Ada", "toxins") == ["my name is Ada"]
    [reset] = of(heard, ConversationReset)
    assert (reset.impasse, reset.rung) == (Impasse.REFUSED, Rung.RESUME_AT)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_history_that_is_refused_as_a_whole_is_given_up_only_if_that_is_wished(
    api, open_session, heard, fresh
):
    session = open_session(recovery=Recovery(fresh=fresh))
    name = session.ask("my name is Ada").result(20).session_id
    api.on(lambda _prompt: b"Ada" in api.requests[-1].content, DAMAGED)
    outcome = session.ask("who am I?").outcome(60)
    rungs = [event.rung for event in of(heard, ConversationReset)]
    tried = [Rung.RESUME, Rung.RESUME_AT, Rung.FORK]
    if fresh:
        assert (outcome.text, outcome.session_id != name) == ("You said: who am I?", True)
        assert rungs == [*tried, Rung.FRESH]
    else:
        assert (type(outcome), outcome.code) == (Rejected, "conversation_poisoned")
        assert rungs == tried
    assert session.info.abandoned == (name,)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_transcript_that_is_gone_is_told_or_begun_anew(open_session, home, heard, fresh):
    session = open_session(recovery=Recovery(fresh=fresh))
    name = session.ask("my name is Ada").result(20).session_id
    die(session)
    [path] = home.glob(f".claude/projects/*/{name}.jsonl")
    path.unlink()
    outcome = session.ask("hello").outcome(30)
    if fresh:
        assert (outcome.text, outcome.session_id != name) == ("You said: hello", True)
        assert [event.rung for event in of(heard, ConversationReset)] == [Rung.FRESH]
    else:
        assert (type(outcome), outcome.code) == (Rejected, "resume_not_found")


def test_an_eager_session_whose_past_is_gone_does_not_start_process_after_process(
    open_session, heard
):
    past = Past(session_id=str(uuid.uuid4()))
    session = open_session(recovery=Recovery(eager=True), past=past, warm=True)
    eventually(lambda: of(heard, ProcessLost), 20)
    assert session.ask("hello").outcome(20).code == "resume_not_found"
    eventually(lambda: len(of(heard, ProcessLost)) == 2)
    session.queued()
    assert len(of(heard, ProcessStarted)) == 2


def test_a_session_goes_on_from_its_past_in_another_system(api, open_session, history):
    first = open_session()
    name = first.ask("my name is Ada").result(20).session_id
    first.stop()
    second = open_session(past=Past(session_id=name))
    assert second.session_id == name
    assert second.ask("who am I?").result(20).session_id == name
    assert history(api.requests[-1], "my name is Ada", "who am I?")[0] == "my name is Ada"
