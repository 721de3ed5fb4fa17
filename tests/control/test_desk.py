"""The desk: every question of the CLI has one answer, whatever becomes of its callback."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from greenroom.backends.events import Question, QuestionWithdrawn
from greenroom.callbacks import CallbackFailure, CallbackFault, Errand, Refusal
from greenroom.hooks import Hook
from greenroom.permissions import Allow, Ask, Denial, Deny
from greenroom.request import Meant
from greenroom.runtime import Future
from greenroom.session.callbacks import Services
from greenroom.session.messages import CallbackReturned
from greenroom.tools import tool
from greenroom_protocol.claude.control import HookAnswer
from tests.patience import PATIENCE_SECONDS, eventually

BASH = {"tool_name": "Bash", "input": {"command": "x"}, "tool_use_id": "t-1"}
LIMIT = 60.0


class Held:
    """A callback that waits until it is let go, or is not waited for any more."""

    def __init__(self, answer=None):
        self.answer = Allow() if answer is None else answer
        self.calls = []
        self.begun, self.free, self.over = (threading.Event() for _ in range(3))

    def __call__(self, _asked, call):
        self.calls.append(call)
        call.signal.on_cancel(self.free.set)
        self.begun.set()
        assert self.free.wait(PATIENCE_SECONDS)
        self.over.set()
        return self.answer

    def await_begin(self):
        assert self.begun.wait(PATIENCE_SECONDS)
        return self.calls[0]


class Person:
    """A prompter that does as it is told."""

    def __init__(self, callback):
        self.ask = callback


# --- the end of what asked -----------------------------------------------------------------------


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


# --- errands -------------------------------------------------------------------------------------


def test_what_a_handler_leaves_open_goes_to_a_person_who_has_all_the_time(counter):
    asked, said = [], Future()

    def person(inquiry, _call):
        asked.append(inquiry.prompt)
        return said

    counter.open(permissions=lambda _asked: Ask("it is dear"), prompter=Person(person))
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    counter.dispatcher.run_until(lambda: asked)
    counter.dispatcher.advance(24 * 3600)
    assert (asked, counter.lines) == (["it is dear"], [])
    said.settle(Allow())
    assert counter.answer() == ("success", {"behavior": "allow"})
    events = [type(one.event) for one in counter.heard if isinstance(one, Meant)]
    assert events == [Question, QuestionWithdrawn]


def test_a_chained_errand_has_a_signal_and_a_deadline_of_its_own(counter):
    signals = []

    def handler(_asked, call):
        signals.append(call.signal)
        return Ask("?")

    def person(_asked, call):
        signals.append(call.signal)
        call.signal.wait(PATIENCE_SECONDS)
        return Allow()

    counter.open(permissions=handler, prompter=Person(person))
    counter.ask("can_use_tool", **BASH)
    counter.dispatcher.run_until(lambda: len(signals) == 2)
    counter.withdraw()
    assert [signal.cancelled for signal in signals] == [False, True]
    counter.dispatcher.run_until_idle()
    assert counter.lines == []


def test_an_answer_that_is_sent_at_once_is_the_only_one(counter):
    held = Held(answer="whatever")
    counter.open(hooks={"PostToolUse": Hook(held, background=True)})
    counter.ask(
        "hook_callback",
        flight=counter.turn(),
        callback_id="hook_0",
        input={"hook_event_name": "PostToolUse", "session_id": "s", **BASH},
    )
    assert counter.answer() == ("success", {"async": True})
    held.await_begin()
    held.free.set()
    assert held.over.wait(PATIENCE_SECONDS)
    counter.dispatcher.run_until(lambda: not counter.desk._open)
    assert len(counter.lines) == 1
    assert counter.noted(CallbackFailure) == []


def test_a_callback_in_the_background_that_fails_is_recorded(counter):
    def fails(_asked):
        raise ValueError("no")

    counter.open(hooks={"PostToolUse": Hook(fails, background=True)})
    counter.ask(
        "hook_callback",
        flight=counter.turn(),
        callback_id="hook_0",
        input={"hook_event_name": "PostToolUse", "session_id": "s", **BASH},
    )
    counter.dispatcher.run_until(lambda: not counter.desk._open)
    assert len(counter.lines) == 1
    [failure] = counter.noted(CallbackFailure)
    assert failure.fault is CallbackFault.RAISED


def test_a_second_answer_is_ignored(counter):
    counter.open(permissions=lambda _asked: Allow())
    counter.ask("can_use_tool", **BASH)
    [entry] = counter.desk._open.values()
    run = entry.run
    counter.answer()
    counter.desk.returned(CallbackReturned(entry, run, Deny("late"), None))
    counter.desk.returned(CallbackReturned(entry, run, None, ValueError("later")))
    assert len(counter.lines) == 1


def test_a_callback_that_answers_after_its_deadline_is_not_heard(counter):
    held = Held()
    counter.open(permissions=held)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    call = held.await_begin()
    counter.dispatcher.advance(LIMIT + 0.1)
    assert call.signal.reason == "it did not answer within 60 s"
    assert held.over.wait(PATIENCE_SECONDS)
    assert counter.answer()[1]["behavior"] == "deny"
    [failure] = counter.noted(CallbackFailure)
    assert (failure.fault, failure.tool_use_id) == (CallbackFault.OVERDUE, "t-1")
    assert failure.seconds == pytest.approx(LIMIT, abs=0.2)


@pytest.mark.parametrize("limit", [5.0, 300.0])
def test_a_hook_has_as_long_as_it_says_itself(counter, limit):
    held = Held()
    counter.open(hooks={"PreToolUse": Hook(held, timeout=limit)})
    counter.ask(
        "hook_callback",
        callback_id="hook_0",
        input={
            "hook_event_name": "PreToolUse",
            "session_id": "s",
            "tool_name": "Bash",
            "tool_input": {},
            "tool_use_id": "t-1",
        },
    )
    held.await_begin()
    counter.dispatcher.advance(limit - 0.1)
    assert counter.lines == []
    counter.dispatcher.advance(0.2)
    decision = counter.answer()[1]["hookSpecificOutput"]["permissionDecision"]
    assert decision == "deny"


# --- what goes wrong on our side -----------------------------------------------------------------


class Odd:
    """A service that answers as it is told."""

    def __init__(self, step):
        self.step = step

    def answer(self, inquiry):
        return self.step(inquiry)


def serve(counter, step):
    """A desk at which every permission is answered by `step`."""
    counter.open()
    kind = next(iter(counter.desk._services.table))
    counter.desk._services = Services({kind: Odd(step)}, None)
    return counter


def errand(closed, **changes):
    """An errand that fails at once."""

    def call(_call):
        raise ValueError("no")

    return Errand(name="odd", call=call, then=lambda result: result, closed=closed, **changes)


def test_a_service_that_raises_refuses(counter):
    def raises(_inquiry):
        raise RuntimeError("a fault of ours")

    serve(counter, raises).ask("can_use_tool", flight=counter.turn(), **BASH)
    subtype, text = counter.answer()
    assert subtype == "error"
    assert "a fault of ours" not in text


@pytest.mark.parametrize("answer", [None, object(), "allow", {"behavior": "allow"}, True])
def test_what_is_no_answer_is_an_error_and_never_an_allow(counter, answer):
    serve(counter, lambda _inquiry: answer).ask("can_use_tool", flight=counter.turn(), **BASH)
    assert counter.answer()[0] == "error"


def test_an_answer_that_cannot_be_encoded_is_the_closed_one(counter):
    step = errand(lambda _failure: Deny("closed"))._replace(
        call=lambda _call: 1, then=lambda _result: HookAnswer(reason=object())
    )
    serve(counter, lambda _inquiry: step).ask("can_use_tool", flight=counter.turn(), **BASH)
    assert counter.answer()[1] == {"behavior": "deny", "message": "closed"}
    [failure] = counter.noted(CallbackFailure)
    assert (failure.callback, failure.fault) == ("odd", CallbackFault.BAD_ANSWER)


def test_an_immediate_answer_that_cannot_be_encoded_is_an_error(counter):
    serve(counter, lambda _inquiry: HookAnswer(reason=object()))
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    assert counter.answer()[0] == "error"


@pytest.mark.parametrize(
    "closed", [lambda _failure: object(), lambda _failure: 1 / 0], ids=["no answer", "raises"]
)
def test_a_closed_answer_that_is_none_is_an_error(counter, closed):
    serve(counter, lambda _inquiry: errand(closed))
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    assert counter.answer()[0] == "error"


def test_what_becomes_of_a_result_may_fail_as_well(counter):
    def then(_result):
        raise TypeError("no answer")

    step = errand(lambda _failure: Deny("closed"), at_once=None)._replace(
        call=lambda _call: 1, then=then
    )
    serve(counter, lambda _inquiry: step).ask("can_use_tool", flight=counter.turn(), **BASH)
    assert counter.answer()[1] == {"behavior": "deny", "message": "closed"}
    [failure] = counter.noted(CallbackFailure)
    assert (failure.fault, failure.error_type) == (CallbackFault.BAD_ANSWER, "TypeError")


def test_a_crew_that_is_closed_denies(counter):
    counter.open(permissions=lambda _asked: Allow())
    counter.crew.close(PATIENCE_SECONDS)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    assert counter.answer()[1]["behavior"] == "deny"
    [failure] = counter.noted(CallbackFailure)
    assert failure.fault is CallbackFault.UNREACHABLE


# --- records -------------------------------------------------------------------------------------


def test_a_failure_is_recorded_with_all_that_is_known_of_it(counter):
    async def guard(_asked):
        await asyncio.sleep(0)
        raise LookupError("no such rule")

    counter.open(permissions=guard)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    counter.answer()
    [failure] = counter.noted(CallbackFailure)
    assert failure.callback.endswith("guard")
    assert (failure.fault, failure.error_type) == (CallbackFault.RAISED, "LookupError")
    assert (failure.message, failure.tool_use_id) == ("no such rule", "t-1")


def test_secrets_of_the_process_are_taken_out_of_the_record_and_of_the_log(counter, capfd):
    def fails(_asked):
        raise ValueError("the key is not-a-real-key")

    counter.open(permissions=fails, mask=lambda text: text.replace("not-a-real-key", "***"))
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    assert "real-key" not in json.dumps(counter.answer())
    [failure] = counter.noted(CallbackFailure)
    assert failure.message == "the key is ***"
    logged = capfd.readouterr().err
    assert "ValueError: the key is ***" in logged
    assert "not-a-real-key" not in logged


def test_an_error_without_a_text_is_recorded_by_its_class(counter):
    def fails(_asked):
        raise KeyboardInterrupt

    counter.open(permissions=fails)
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    counter.answer()
    assert [failure.message for failure in counter.noted(CallbackFailure)] == ["KeyboardInterrupt"]


def test_a_denial_is_recorded_once(counter):
    counter.open(permissions=lambda _asked: Deny("not today"))
    counter.ask("can_use_tool", flight=counter.turn(), **BASH)
    counter.answer()
    [denial] = counter.noted(Denial)
    assert (denial.tool_name, denial.reason, denial.source) == ("Bash", "not today", "host")


def test_a_callback_is_told_in_which_turn_and_for_what_it_is_called(counter):
    held = Held()
    counter.open(permissions=held)
    starter, runs = counter.turn("t-6"), counter.turn("t-7")
    counter.desk._origins.begins("a-1", None, starter)
    counter.ask("can_use_tool", flight=runs, agent_id="a-1", **BASH)
    call = held.await_begin()
    assert (call.turn_id, call.tool_use_id, call.agent_id) == ("t-6", "t-1", "a-1")


def test_a_sub_agent_that_nobody_knows_asks_for_no_turn(counter):
    held = Held()
    counter.open(permissions=held)
    counter.ask("can_use_tool", flight=counter.turn("t-7"), agent_id="a-1", **BASH)
    call = held.await_begin()
    assert (call.turn_id, call.agent_id) == (None, "a-1")


# --- beside each other ---------------------------------------------------------------------------


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
