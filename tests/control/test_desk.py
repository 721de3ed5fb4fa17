"""The desk: every question of the CLI has one answer, whatever becomes of its callback."""

from __future__ import annotations

import asyncio
import threading

from greenroom.backends.events import Question, QuestionWithdrawn
from greenroom.callbacks import CallbackFailure, Refusal
from greenroom.request import Meant
from greenroom.tools import tool
from tests.control.held import Held
from tests.control.questions import BASH, LIMIT
from tests.patience import PATIENCE_SECONDS, eventually


def test_the_end_of_a_turn_refuses_and_cancels_what_is_open(counter):
    held = Held()
    counter.open(permissions=held)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    call = held.await_begin()
    counter.desk.leave("t-1")
    assert (call.signal.cancelled, call.signal.reason) == (True, "the turn is over")
    subtype, payload = counter.answer()
    assert (subtype, payload["behavior"]) == ("success", "deny")
    assert held.over.wait(PATIENCE_SECONDS)
    counter.dispatcher.advance(2 * LIMIT)
    assert len(counter.lines) == 1
    assert counter.desk._open == {}


def test_the_end_of_a_turn_leaves_the_questions_of_others_alone(counter):
    held = Held()
    counter.open(permissions=held)
    one, another = counter.turn("t-1"), counter.turn("t-2")
    counter.ask("can_use_tool", "q-agent", one, agent_id="a-1", **BASH)
    counter.ask("can_use_tool", "q-other", another, **BASH)
    counter.ask("can_use_tool", "q-between", None, **BASH)
    counter.desk.leave("t-1")
    assert counter.lines == []
    held.free.set()
    counter.dispatcher.run_until(lambda: len(counter.lines) == 3)
    answers = {request_id: payload["behavior"] for request_id, _, payload in counter.answers()}
    assert answers == {"q-agent": "allow", "q-other": "allow", "q-between": "allow"}


def test_a_question_that_was_taken_back_is_not_answered_but_its_callback_is_told(counter):
    held = Held()
    counter.open(permissions=held)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    call = held.await_begin()
    counter.withdraw()
    assert call.signal.reason == "the CLI withdrew the question"
    assert held.over.wait(PATIENCE_SECONDS)
    counter.dispatcher.advance(2 * LIMIT)
    assert counter.lines == []
    assert counter.noted(CallbackFailure) == []


def test_taking_back_what_nobody_asked_is_nothing(counter):
    counter.open()
    counter.withdraw("q-never")
    assert counter.lines == []


def test_the_death_of_the_process_cancels_everything_and_answers_nothing(counter):
    helds = [Held() for _ in range(3)]
    queue = iter(helds)

    def next_one(asked, call):
        return next(queue)(asked, call)

    counter.open(permissions=next_one)
    turn = counter.turn()
    for number, held in enumerate(helds):
        counter.ask("can_use_tool", f"q-{number}", turn, **BASH)
        held.await_begin()
    counter.desk.close()
    assert [held.calls[0].signal.reason for held in helds] == ["the process is gone"] * 3
    assert all(held.over.wait(PATIENCE_SECONDS) for held in helds)
    counter.dispatcher.advance(2 * LIMIT)
    assert counter.lines == []


def test_a_turn_is_told_how_long_the_cli_waits(counter):
    held = Held()
    counter.open(permissions=held)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    held.await_begin()
    counter.dispatcher.run_until_idle()
    assert [type(one.event) for one in counter.heard if isinstance(one, Meant)] == [Question]
    held.free.set()
    counter.answer()
    events = [one.event for one in counter.heard if isinstance(one, Meant)]
    assert [type(event) for event in events] == [Question, QuestionWithdrawn]
    assert {event.request_id for event in events} == {"q-1"}


def test_what_is_answered_at_once_makes_no_turn_wait(counter):
    counter.open()
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    counter.dispatcher.run_until_idle()
    assert [one for one in counter.heard if isinstance(one, Meant)] == []


def call_of(server, name, number):
    params = {"name": name, "arguments": {"number": number}}
    message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    return {"server_name": server, "message": message}


def test_of_fifty_calls_of_tools_beside_each_other_one_that_never_returns_delays_none(counter):
    gates = [threading.Event() for _ in range(50)]
    begun, lock = set(), threading.Lock()

    @tool
    def work(number: int) -> str:
        """Work for a while."""
        with lock:
            begun.add(number)
        assert gates[number].wait(PATIENCE_SECONDS)
        return f"done {number}"

    counter.open(tools=[work])
    for number in range(50):
        counter.ask("mcp_message", f"q-{number}", None, **call_of("shop", "work", number))
    eventually(lambda: len(begun) == 32, says="as many run as may")
    order = [number for number in range(49, -1, -1) if number != 7]
    for number in order:
        gates[number].set()
    counter.dispatcher.run_until(lambda: len(counter.lines) == 49, timeout=PATIENCE_SECONDS)
    answered = {request_id for request_id, _, _ in counter.answers()}
    assert answered == {f"q-{number}" for number in order}
    counter.dispatcher.advance(LIMIT + 1)
    [late] = [payload for request_id, _, payload in counter.answers() if request_id == "q-7"]
    assert late["mcp_response"]["result"]["isError"] is True
    gates[7].set()


def test_fifty_coroutines_beside_each_other_hold_no_thread(counter):
    begun, opened = [], []

    @tool
    async def work(number: int) -> str:
        """Work for a while."""
        gate = asyncio.Event()
        opened.append((asyncio.get_running_loop(), gate))
        begun.append(number)
        await gate.wait()
        return f"done {number}"

    counter.open(tools=[work])
    for number in range(50):
        counter.ask("mcp_message", f"q-{number}", None, **call_of("shop", "work", number))
    eventually(lambda: len(begun) == 50, says="all of them run")
    for loop, gate in opened:
        loop.call_soon_threadsafe(gate.set)
    counter.dispatcher.run_until(lambda: len(counter.lines) == 50, timeout=PATIENCE_SECONDS)


def test_a_request_of_an_unknown_kind_is_refused_by_its_name(counter):
    counter.open()
    counter.ask("brand_new", flight=counter.turn(), a=1)
    subtype, text = counter.answer()
    assert subtype == "error"
    assert "brand_new" in text
    assert Refusal(text).text == text
