"""Replies as data, as events and as plans."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.testing.fake_anthropic import (
    SCRIPTS,
    Drop,
    Error,
    Message,
    RawBlock,
    Rule,
    Stall,
    Text,
    Thinking,
    ToolUse,
    parallel,
    refusal,
    words,
)
from greenroom.testing.fake_anthropic.events import stream_events, whole_message
from greenroom.testing.fake_anthropic.plan import Cut, Head, Hold, Pause, Send, plan
from greenroom.testing.fake_anthropic.replies import as_reply

pieces = st.text() | st.lists(st.text()).map(tuple)
inputs = st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.booleans())
blocks = st.one_of(
    st.builds(Text, pieces),
    st.builds(Thinking, pieces, st.text()),
    st.builds(ToolUse, st.text(min_size=1), inputs, id=st.just("toolu_1")),
    st.just(RawBlock({"type": "redacted_thinking", "data": "x"})),
)
messages = st.builds(Message, st.lists(blocks, max_size=4).map(tuple))
TWO = Text(("one ", "two"))
DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}


def assembled(events):
    """Put streamed blocks together, as a client does."""
    found = []
    for event in events:
        if event["type"] == "content_block_start":
            found.append(dict(event["content_block"]))
        elif event["type"] == "content_block_delta":
            delta = event["delta"]
            name = DELTAS.get(delta["type"], "input")
            piece = delta.get("partial_json", delta.get(name))
            found[-1][name] = piece if found[-1][name] == {} else found[-1][name] + piece
    for block in found:
        if block["type"] == "tool_use":
            block["input"] = json.loads(block["input"])
    return found


def kinds(reply, *, stream=True):
    steps = plan(as_reply(reply), model="m", stream=stream)
    return [type(step) for step in steps]


def sent(reply, *, stream=True):
    steps = plan(as_reply(reply), model="m", stream=stream)
    return b"".join(step.data for step in steps if isinstance(step, Send))


@settings(deadline=None)
@given(messages)
def test_a_streamed_message_says_the_same_as_a_whole_one(message):
    events = stream_events(message, model="m")
    whole = whole_message(message, model="m")
    assert assembled(events) == whole["content"]
    assert events[-2]["delta"]["stop_reason"] == whole["stop_reason"]
    assert [e["type"] for e in (events[0], events[-1])] == ["message_start", "message_stop"]


@settings(deadline=None)
@given(messages)
def test_replies_survive_a_json_file(message):
    rule = Rule("when", (message, Stall(message, 3), Drop(1, message), Error(429, retry_after=1)))
    assert msgspec.json.decode(msgspec.json.encode(rule), type=Rule) == rule


def test_the_ready_made_scripts_are_data():
    for script in SCRIPTS.values():
        assert msgspec.json.decode(msgspec.json.encode(script), type=type(script)) == script


@given(st.text())
def test_words_lose_nothing(text):
    assert "".join(words(text).text) == text


def test_words_are_streamed_one_by_one():
    assert words("to be  or not").text == ("to ", "be  ", "or ", "not")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message((Text("x"),)), "end_turn"),
        (parallel(ToolUse("A"), ToolUse("B")), "tool_use"),
        (refusal(), "refusal"),
        (Message((ToolUse("A"),), stop_reason="max_tokens"), "max_tokens"),
    ],
)
def test_the_stop_reason_follows_from_the_blocks_unless_given(message, reason):
    assert whole_message(message, model="m")["stop_reason"] == reason


def test_broken_tool_input_is_streamed_as_it_stands():
    assert b'"partial_json":"{\\"a\\": "' in sent(ToolUse("A", '{"a": '))


def test_call_ids_are_fresh_unless_given():
    ids = {whole_message(parallel(ToolUse("A")), model="m")["content"][0]["id"] for _ in "ab"}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (TWO, [Head, *[Send] * 7]),
        (Message((TWO,), delay_seconds=1), [Head, Send, *[Pause, Send] * 6]),
        (Drop(), [Cut]),
        (Drop(3, TWO), [Head, Send, Send, Send, Cut]),
        (Drop(99, TWO), [Head, *[Send] * 7, Cut]),
        (Stall(TWO), [Hold, Head, *[Send] * 7]),
        (Stall(TWO, 3), [Head, *[Send] * 3, Hold, *[Send] * 4]),
        (Error(500), [Head, Send]),
        (Error(529, after_events=2), [Head, *[Send] * 3]),
    ],
)
def test_streamed_replies_are_planned_event_by_event(reply, expected):
    assert kinds(reply) == expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (TWO, [Head, Send]),
        (Message((TWO,), delay_seconds=1), [Pause, Head, Send]),
        (Drop(3), [Head, Send, Cut]),
        (Stall(TWO, 3), [Hold, Head, Send]),
        (Error(529, after_events=2), [Head, Send]),
    ],
)
def test_whole_replies_fail_as_a_whole(reply, expected):
    assert kinds(reply, stream=False) == expected


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Error(401), "authentication_error"),
        (Error(404), "not_found_error"),
        (Error(418), "api_error"),
        (Error(400, type="billing_error"), "billing_error"),
    ],
)
def test_errors_have_the_type_of_their_status_unless_given(error, kind):
    assert json.loads(sent(error))["error"]["type"] == kind


def test_an_error_in_the_stream_is_an_event():
    assert b"event: error\n" in sent(Error(529, after_events=1))


def test_a_missing_model_is_named():
    assert json.loads(sent(Error(404)))["error"]["message"] == "model: m"


@pytest.mark.parametrize("reply", ["text", [Text("a"), Text("b")], None])
def test_what_is_not_a_reply_is_refused_with_advice(reply):
    with pytest.raises(TypeError, match=r"Message\(\(block, block\)\)"):
        as_reply(reply)
