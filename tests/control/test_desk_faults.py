"""Faults of our own at the desk: the question is refused, and nothing is ever allowed."""

from __future__ import annotations

import pytest

from greenroom.callbacks import CallbackFailure, CallbackFault, Errand
from greenroom.permissions import Allow, Deny
from greenroom.session.callbacks import Services
from greenroom_protocol.claude.control import HookAnswer
from tests.control.questions import BASH
from tests.patience import PATIENCE_SECONDS


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
