"""The structured output of a turn while it is written."""

from itertools import pairwise
from pathlib import Path

import pytest

from greenroom.backends.claude.said import output_piece
from greenroom.structured import Shape
from greenroom.turn.partials import Partials
from greenroom_protocol.claude import (
    Assistant,
    ContentBlockDelta,
    ContentBlockStart,
    FrameDecoder,
    InputJsonDelta,
    StreamEvent,
    Text,
    TextDelta,
    ToolUse,
)
from greenroom_protocol.claude.message import AssistantMessage

CAPTURES = Path(__file__).parent.parent / "captures" / "claude"


class Says:
    """As much of a vocabulary as is needed."""

    output_piece = staticmethod(output_piece)


def shown(frames, shape=None):
    step = Partials(Says(), shape)
    return [value for frame in frames for value in step(frame)]


def recorded(name):
    return FrameDecoder().decode_block((CAPTURES / f"{name}.ndjson").read_bytes())


def begins(name="StructuredOutput", index=0):
    block = Text(text="") if name is None else ToolUse(id="toolu_1", name=name, input={})
    return StreamEvent(event=ContentBlockStart(index=index, content_block=block))


def more(text, index=0, parent=None):
    delta = InputJsonDelta(partial_json=text)
    return StreamEvent(event=ContentBlockDelta(index=index, delta=delta), parent_tool_use_id=parent)


def whole(output, name="StructuredOutput", parent=None):
    use = ToolUse(id="toolu_1", name=name, input=output)
    return Assistant(message=AssistantMessage(content=(use,)), parent_tool_use_id=parent)


def test_the_output_grows_piece_by_piece():
    assert shown(recorded("structured_ok_partial")) == [
        {"name": "An"},
        {"name": "Ann", "age": 5},
    ]


def test_without_partial_messages_each_attempt_is_shown_whole():
    assert shown(recorded("structured_ok")) == [{"name": "Ann", "age": 5}]
    assert shown(recorded("structured_fix")) == [{"name": "Ann"}, {"name": "Ann", "age": 7}]
    assert shown(recorded("structured_never_called")) == []


def test_a_new_attempt_starts_anew():
    frames = [begins(), more('{"a": "lo'), more('ng"}'), whole({"a": "long"})]
    frames += [begins(), more('{"a": 1'), more("}"), whole({"a": 1})]
    assert shown(frames) == [{"a": "lo"}, {"a": "long"}, {}, {"a": 1}]


def test_an_attempt_that_broke_off_is_forgotten():
    frames = [begins(), more('{"a": "lo'), begins(), more('{"b": tr'), more("ue}")]
    assert shown(frames) == [{"a": "lo"}, {}, {"b": True}]


def test_the_input_of_other_tools_is_not_shown():
    frames = [begins("Bash"), more('{"command": "ls"}'), whole({"command": "ls"}, "Bash")]
    frames += [begins(), more('{"a": 1'), begins("Bash", 1), more(', "b": 2}', 1), begins(None)]
    frames += [
        more(', "c": 3}'),
        StreamEvent(event=ContentBlockDelta(index=0, delta=TextDelta(text="x"))),
    ]
    assert shown(frames) == [{}]


def test_sub_agents_are_not_shown():
    frames = [begins(), more('{"a": 1}', parent="toolu_9"), whole({"a": 1}, parent="toolu_9")]
    assert shown(frames) == []


def test_what_is_no_json_freezes_and_is_not_shown_in_the_end():
    frames = [
        begins(),
        more('{"a": "b", nonsense'),
        more("}"),
        whole({"__unparsedToolInput": {"raw": "{"}}),
    ]
    assert shown(frames) == [{"a": "b"}]


def test_pieces_that_add_nothing_sure_are_not_shown():
    assert shown(
        [begins(), more(""), more("{"), more('"na'), more('me": 1'), more("2"), more("}")]
    ) == [
        {},
        {"name": 12},
    ]


def test_a_wrapped_value_is_shown_by_itself():
    frames = [
        begins(),
        more("{"),
        more('"value": ['),
        more("1, 2"),
        more(", 3]}"),
        whole({"value": [1, 2, 3]}),
    ]
    assert shown(frames, Shape.of(list[int])) == [[], [1], [1, 2, 3]]


@pytest.mark.parametrize("size", [1, 3, 50])
def test_values_stay_what_they_were_when_they_were_shown(size):
    text = '{"items": [{"name": "a"}, {"name": "b"}], "total": 2}'
    pieces = [more(text[at : at + size]) for at in range(0, len(text), size)]
    step = Partials(Says())
    values, printed = [], []
    for frame in (begins(), *pieces):
        for value in step(frame):
            values.append(value)
            printed.append(repr(value))
    assert list(map(repr, values)) == printed
    assert all(a != b for a, b in pairwise(printed))
    assert values[-1] == {"items": [{"name": "a"}, {"name": "b"}], "total": 2}
