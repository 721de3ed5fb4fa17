"""What the desk has run for a question, step by step, and how long it waits for it."""

from __future__ import annotations

import pytest

from greenroom.backends.events import Question, QuestionWithdrawn
from greenroom.callbacks import CallbackFailure, CallbackFault
from greenroom.hooks import Hook
from greenroom.permissions import Allow, Ask, Deny
from greenroom.request import Meant
from greenroom.runtime import Future
from greenroom.session.messages import CallbackReturned
from tests.control.held import Held
from tests.control.questions import BASH, LIMIT
from tests.patience import PATIENCE_SECONDS


class Person:
    """A prompter that does as it is told."""

    def __init__(self, callback):
        self.ask = callback


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
