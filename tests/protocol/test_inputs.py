"""Prompts and the lines they travel in."""

import json
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom_protocol import LocalProtocolError, Secret
from greenroom_protocol.claude.inputs import (
    HUMAN,
    KeepAlive,
    UpdateEnvironmentVariables,
    UserMessage,
)
from greenroom_protocol.encoding import MAX_LINE_BYTES, encode_line

SOUND_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def decoded(line):
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)


def test_a_text_prompt_is_delivered_verbatim_unless_told_otherwise():
    assert decoded(UserMessage("/clear", uuid="u1").encode()) == {
        "type": "user",
        "message": {"role": "user", "content": "/clear"},
        "parent_tool_use_id": None,
        "uuid": "u1",
        "client_composed": True,
    }


def test_a_command_is_sent_without_the_verbatim_mark():
    assert "client_composed" not in decoded(UserMessage("/clear", client_composed=False).encode())


def test_all_members_have_the_names_of_the_wire():
    message = UserMessage(
        [{"type": "text", "text": "x"}],
        uuid="u",
        priority="later",
        should_query=False,
        origin=HUMAN,
        is_synthetic=True,
    )
    line = decoded(message.encode())
    assert line["message"]["content"] == [{"type": "text", "text": "x"}]
    assert (line["priority"], line["shouldQuery"], line["isSynthetic"]) == ("later", False, True)
    assert line["origin"] == {"kind": "human"}


@settings(deadline=None)
@given(SOUND_TEXT)
def test_any_sound_text_is_one_line_that_reads_back(text):
    assert decoded(UserMessage(text).encode())["message"]["content"] == text


@pytest.mark.parametrize(
    "content",
    [5, None, b"bytes", {"type": "text"}, ["text"], [{"text": "no type"}], [{"type": 1}]],
)
def test_content_that_the_cli_would_swallow_in_silence_is_refused(content):
    with pytest.raises(LocalProtocolError):
        UserMessage(content).encode()


@pytest.mark.parametrize("bad", [{"uuid": ""}, {"uuid": 5}, {"priority": "soon"}])
def test_members_that_mean_nothing_are_refused(bad):
    with pytest.raises(LocalProtocolError):
        UserMessage("x", **bad).encode()


def test_keep_alive_is_its_type_alone():
    assert decoded(KeepAlive().encode()) == {"type": "keep_alive"}


def test_new_variables_are_revealed_in_the_line_and_nowhere_else():
    update = UpdateEnvironmentVariables({"TOKEN": Secret("sk-1"), "PLAIN": "x"})
    assert decoded(update.encode())["variables"] == {"TOKEN": "sk-1", "PLAIN": "x"}
    assert "sk-1" not in repr(update)


@pytest.mark.parametrize("variables", [{"A=B": "x"}, {"": "x"}, {"A": "a\0b"}, {"A": 5}])
def test_variables_that_no_environment_can_hold_are_refused(variables):
    with pytest.raises(LocalProtocolError):
        UpdateEnvironmentVariables(variables).encode()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("\ud800", id="lone surrogate"),
        pytest.param({"key \udfff": 1}, id="lone surrogate in a key"),
        pytest.param(object(), id="object"),
        pytest.param(Secret("sk-1"), id="secret"),
        pytest.param({(1, 2): 3}, id="key that is no text"),
        pytest.param(MappingProxyType({}), id="proxy"),
        pytest.param(msgspec.Raw(b"{"), id="raw half"),
        pytest.param(msgspec.Raw(b"{}{}"), id="raw two"),
        pytest.param(msgspec.Raw(b'{\n"a":1}'), id="raw two lines"),
        pytest.param(msgspec.Raw(b""), id="raw nothing"),
    ],
)
def test_what_would_be_a_bad_line_is_refused(value):
    with pytest.raises(LocalProtocolError) as caught:
        encode_line({"value": value})
    assert "sk-1" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_nesting_without_end_is_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(LocalProtocolError, match="recursion"):
        encode_line(value)


def test_control_characters_are_escaped():
    assert encode_line("\0\n\r\u2028") == b'"\\u0000\\n\\r\xe2\x80\xa8"\n'


def test_a_line_above_the_limit_is_refused_before_it_is_written():
    with pytest.raises(LocalProtocolError, match="the limit is"):
        encode_line("x" * (MAX_LINE_BYTES - 2))
