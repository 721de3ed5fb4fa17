"""What the desk lets a turn know of failures and denials, and callbacks of where they are."""

from __future__ import annotations

import asyncio
import json

from greenroom.callbacks import CallbackFailure, CallbackFault
from greenroom.permissions import Denial, Deny
from tests.control.held import Held
from tests.control.questions import BASH


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
