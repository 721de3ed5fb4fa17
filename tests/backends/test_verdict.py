"""A turn completed only if everything a result says is known to be well."""

import pytest

from greenroom.backends.claude.verdict import Circumstances, judge
from greenroom.testing.factories import result_success
from greenroom.values.outcomes import LimitReached, Refused, Rejected, SchemaFailed, Truncated


def judged(wants_structured=False, error=None, **fields):
    seen = Circumstances(error=error, wants_structured=wants_structured)
    return judge(result_success(**fields), seen).error


@pytest.mark.parametrize("stop", [None, "end_turn", "stop_sequence"])
@pytest.mark.parametrize("ending", [None, "completed", "stop_hook_prevented", "hook_stopped"])
def test_a_whole_answer_is_a_success(stop, ending):
    assert judged(stop_reason=stop, terminal_reason=ending) is None


@pytest.mark.parametrize("stop", ["pause_turn", "made_up", ""])
def test_a_stop_that_is_not_known_is_no_success(stop):
    error = judged(stop_reason=stop)
    assert (type(error), error.code) == (Truncated, "unknown_stop")
    assert repr(stop) in error.message


@pytest.mark.parametrize(
    ("stop", "kind", "limit"),
    [
        ("refusal", Refused, None),
        ("max_tokens", LimitReached, "output_tokens"),
        ("model_context_window_exceeded", LimitReached, "context"),
    ],
)
def test_a_stop_with_a_meaning_of_its_own_keeps_it(stop, kind, limit):
    error = judged(stop_reason=stop)
    assert (type(error), getattr(error, "limit", None)) == (kind, limit)


def test_a_tool_call_ends_a_turn_only_with_structured_output():
    assert judged(stop_reason="tool_use", structured_output={"a": 1}) is None
    assert judged(stop_reason="tool_use").code == "cut_in_tool_use"


@pytest.mark.parametrize("ending", ["hook_stopped", "stop_hook_prevented"])
@pytest.mark.parametrize("wants_structured", [False, True])
def test_a_turn_that_a_hook_stopped_before_its_answer_is_no_success(ending, wants_structured):
    error = judged(wants_structured, stop_reason="tool_use", terminal_reason=ending)
    assert (type(error), error.code) == (Rejected, "stopped_by_hook")


@pytest.mark.parametrize(
    "fields",
    [
        {"stop_reason": "tool_deferred", "terminal_reason": "tool_deferred"},
        {"stop_reason": "tool_deferred"},
        {"stop_reason": "tool_use", "terminal_reason": "tool_deferred"},
    ],
)
def test_a_turn_that_waits_for_a_deferred_decision_is_no_success(fields):
    error = judged(deferred_tool_use={"id": "t", "name": "Bash", "input": {}}, **fields)
    assert (type(error), error.code) == (Rejected, "tool_deferred")
    assert "resume" in error.context.hint


def test_an_answer_without_the_structure_it_owes_is_no_success():
    assert type(judged(wants_structured=True)) is SchemaFailed


def test_a_schema_that_left_the_model_no_way_to_answer_is_told_as_that():
    seen = Circumstances(wants_structured=True, schema_taken=False)
    error = judge(result_success(), seen).error
    assert (type(error), error.code) == (Rejected, "schema_refused")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("API Error: The model has reached its context window limit.", "context"),
        ("API Error: the response exceeded the output token maximum", "output_tokens"),
    ],
)
def test_the_two_limits_of_an_answer_are_told_apart(text, limit):
    error = judged(error="max_output_tokens", is_error=True, result=text)
    assert error.limit == limit
