import gc
import json

import pytest

from greenroom_protocol import Batch, Drift, Garbage, Unknown
from greenroom_protocol.claude import (
    Assistant,
    ContentBlockDelta,
    ControlRequest,
    FrameDecoder,
    KeepAlive,
    Result,
    SessionStateChanged,
    StreamEvent,
    SystemInit,
    Text,
    TextDelta,
    ToolUse,
    UnknownBlock,
    UnknownDelta,
    UnknownEvent,
    UnknownRequest,
    User,
)

DELTA = (
    b'{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
    b'"delta":{"type":"text_delta","text":"hi"}},"session_id":"s","uuid":"u"}'
)
IDLE = b'{"type":"system","subtype":"session_state_changed","state":"idle"}'
RESULT = b'{"is_error":false,"subtype":"success","type":"result","result":"done"}'
NEW = b'{"type":"hologram","depth":3}'


def assistant(*blocks, **members):
    return json.dumps(
        {"type": "assistant", "message": {"id": "m", "content": list(blocks)}, **members}
    ).encode()


def test_a_line_gives_a_typed_frame(decoder):
    assert decoder.decode(DELTA) == StreamEvent(
        event=ContentBlockDelta(index=0, delta=TextDelta(text="hi")), session_id="s", uuid="u"
    )


def test_the_type_may_stand_anywhere_in_the_line(decoder):
    assert decoder.decode(RESULT) == Result(subtype="success", is_error=False, result="done")


def test_frames_are_frozen_and_take_keywords_only(decoder):
    frame = decoder.decode(IDLE)

    with pytest.raises(AttributeError, match="immutable"):
        frame.state = "running"
    with pytest.raises(TypeError, match="positional"):
        SessionStateChanged("idle")


def test_frames_cost_the_garbage_collector_nothing(captures, decoder):
    frames = decoder.decode_block(captures["bg_bash"])

    assert not any(gc.is_tracked(frame) for frame in frames)


def test_a_block_gives_one_result_for_each_line_that_is_not_blank(decoder):
    block = b"\n".join([DELTA, b"", IDLE, b" \r", NEW, b"not json", RESULT])

    frames = decoder.decode_block(block)

    assert [type(frame) for frame in frames] == [
        StreamEvent,
        SessionStateChanged,
        Unknown,
        Garbage,
        Result,
    ]
    assert Batch(frames=frames, block=block).lines() == [DELTA, IDLE, NEW, b"not json", RESULT]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n"])
def test_the_end_of_a_block_makes_no_difference(decoder, end):
    assert len(decoder.decode_block(DELTA + b"\n" + IDLE + end)) == 2


def test_two_values_on_one_line_are_garbage_and_keep_the_order(decoder):
    frames = decoder.decode_block(DELTA + DELTA + b"\n" + RESULT)

    assert [type(frame) for frame in frames] == [Garbage, Result]


def test_a_value_over_two_lines_is_garbage(decoder):
    frames = decoder.decode_block(b'{"type":\n"keep_alive"}')

    assert [type(frame) for frame in frames] == [Garbage, Garbage]


def test_a_new_type_is_unknown_and_keeps_its_bytes(decoder):
    assert decoder.decode(NEW) == Unknown(raw=NEW, reason="unknown type", type="hologram")
    assert decoder.drift.unknown == {"hologram": 1}


def test_a_new_subtype_is_unknown(decoder):
    line = b'{"type":"system","subtype":"weather","sky":"blue"}'

    assert decoder.decode(line) == Unknown(
        raw=line, reason="unknown subtype", type="system", subtype="weather"
    )
    assert decoder.drift.unknown == {"system/weather": 1}


@pytest.mark.parametrize(
    "line", [b"{}", b'{"type":null}', b'{"type":7}', b'{"type":{}}', b'{"subtype":"init"}']
)
def test_an_object_without_a_usable_type_is_unknown(decoder, line):
    frame = decoder.decode(line)

    assert isinstance(frame, Unknown)
    assert frame.type is None
    assert frame.raw == line


@pytest.mark.parametrize(
    "line", [b'{"type":"system"}', b'{"type":"system","subtype":5}', b'{"type":"system","x":[]}']
)
def test_a_system_frame_without_a_usable_subtype_is_unknown(decoder, line):
    assert decoder.decode(line) == Unknown(raw=line, reason="unknown subtype", type="system")


@pytest.mark.parametrize(
    "line", [b"", b"hello", b"null", b"5", b'"text"', b"[1,2]", b"\x00", b"{", b'{"type":"user",']
)
def test_what_is_no_object_is_garbage(decoder, line):
    assert decoder.decode(line) == Garbage(head=line, size=len(line))
    assert decoder.drift.garbage == 1


def test_garbage_keeps_only_its_head(decoder):
    assert decoder.decode(b"x" * 5000) == Garbage(head=b"x" * 256, size=5000)


def test_a_missing_essence_makes_a_known_frame_unknown(decoder):
    frame = decoder.decode(b'{"type":"result","subtype":"success","result":"fine"}')

    assert isinstance(frame, Unknown)
    assert (frame.type, frame.reason) == ("result", "result.is_error is missing")


def test_a_retyped_essence_makes_a_known_frame_unknown(decoder):
    frame = decoder.decode(b'{"type":"result","subtype":"success","is_error":"no"}')

    assert frame.reason == "result.is_error: Expected `bool`, got `str`"


def test_a_retyped_side_field_costs_only_itself(decoder):
    line = (
        b'{"type":"result","subtype":"success","is_error":false,"num_turns":"2",'
        b'"usage":{"input_tokens":null,"output_tokens":5},"modelUsage":{"m":{"costUSD":1},"n":7}}'
    )

    frame = decoder.decode(line)

    assert (frame.num_turns, frame.usage.output_tokens, list(frame.model_usage)) == (0, 5, ["m"])
    assert decoder.drift.salvaged == {
        "result.num_turns": 1,
        "result.usage.input_tokens": 1,
        "result.modelUsage.*": 1,
    }


def test_an_unknown_block_leaves_its_neighbours_typed(decoder):
    new = {"type": "hologram", "depth": 3}

    frame = decoder.decode(assistant({"type": "text", "text": "a"}, new, aborted=True))

    assert frame.message.content == (Text(text="a"), UnknownBlock(raw=new))
    assert frame.message.content[1].type == "hologram"
    assert frame.aborted
    assert decoder.drift.unknown == {"assistant.message.content[]": 1}


@pytest.mark.parametrize("block", [5, None, "text", [], {}, {"type": 5}, {"type": "text"}])
def test_a_malformed_block_is_an_unknown_block(decoder, block):
    assert decoder.decode(assistant(block)).message.content == (UnknownBlock(raw=block),)


def test_a_block_with_a_retyped_side_field_stays_what_it_is(decoder):
    block = {"type": "tool_result", "tool_use_id": "t", "content": "ok", "is_error": "no"}
    line = json.dumps({"type": "user", "message": {"role": "user", "content": [block]}}).encode()

    (result,) = decoder.decode(line).message.blocks

    assert (result.text, result.is_error) == ("ok", None)
    assert decoder.drift.salvaged == {"user.message.content[].is_error": 1}


def test_unknown_stream_events_and_deltas_keep_their_frame(decoder):
    ping = {"type": "ping"}
    delta = {"type": "content_block_delta", "index": 1, "delta": {"type": "smell"}}

    frames = [
        decoder.decode(json.dumps({"type": "stream_event", "event": event}).encode())
        for event in (ping, delta)
    ]

    assert frames[0].event == UnknownEvent(raw=ping)
    assert frames[1].event == ContentBlockDelta(index=1, delta=UnknownDelta(raw={"type": "smell"}))


def test_an_unknown_control_request_can_still_be_answered(decoder):
    frame = decoder.decode(
        b'{"type":"control_request","request_id":"r1","request":{"subtype":"new","x":1}}'
    )

    assert frame == ControlRequest(
        request_id="r1", request=UnknownRequest(raw={"subtype": "new", "x": 1})
    )
    assert frame.request.subtype == "new"


def test_an_answer_to_a_request_without_an_id_is_typed(decoder):
    frame = decoder.decode(b'{"type":"control_response","response":{"subtype":"success"}}')

    assert (frame.request_id, frame.response.response) == (None, None)


def test_user_content_is_text_or_blocks(decoder):
    text = decoder.decode(b'{"type":"user","message":{"role":"user","content":"hi"}}')
    blocks = decoder.decode(
        b'{"type":"user","message":{"content":[{"text":"hi","type":"text"}],"role":"user"}}'
    )

    assert (text.message.content, text.message.blocks) == ("hi", ())
    assert blocks.message.blocks == (Text(text="hi"),)


def test_tool_input_stays_as_it_is(decoder):
    tool = {
        "type": "tool_use",
        "id": "t",
        "name": "Bash",
        "input": {"deep": [{"er": None}], "n": 1},
    }

    assert decoder.decode(assistant(tool)).message.content == (
        ToolUse(id="t", name="Bash", input={"deep": [{"er": None}], "n": 1}),
    )


@pytest.mark.parametrize("value", [{"a": 1}, "Error: no", [{"type": "text"}], None, 5])
def test_a_tool_use_result_may_be_anything(decoder, value):
    line = {"type": "user", "message": {"content": []}, "tool_use_result": value}

    assert decoder.decode(json.dumps(line).encode()).tool_use_result == value


def test_the_type_of_the_structured_output_is_free_and_its_absence_is_visible(decoder):
    base = b'{"type":"result","subtype":"success","is_error":false'

    frames = [decoder.decode(base + end) for end in (b"}", b',"structured_output":null}')]

    assert not frames[0].structured_output
    assert frames[1].structured_output is None
    assert frames[0] != frames[1]


def test_costs_may_be_whole_numbers(decoder):
    line = b'{"type":"result","subtype":"success","is_error":false,"total_cost_usd":0}'

    assert decoder.decode(line).total_cost_usd == 0
    assert not decoder.drift


def test_init_without_a_session_id_is_unknown(decoder):
    assert isinstance(decoder.decode(b'{"type":"system","subtype":"init","cwd":"/"}'), Unknown)
    assert isinstance(
        decoder.decode(b'{"type":"system","subtype":"init","session_id":"s"}'), SystemInit
    )


def test_keep_alive_needs_nothing(decoder):
    assert decoder.decode(b'{"type":"keep_alive"}') == KeepAlive()


def test_decoders_may_share_one_drift():
    drift = Drift()

    for _ in range(2):
        FrameDecoder(drift=drift).decode(NEW)

    assert drift.unknown == {"hologram": 2}


def test_frames_of_the_same_content_are_equal(decoder):
    line = assistant({"type": "text", "text": "a"})

    assert decoder.decode(line) == decoder.decode(line)
    assert isinstance(decoder.decode(line), Assistant)
    assert decoder.decode(line) != User(message=decoder.decode(line).message)


class HotPathOnly(FrameDecoder):
    """A decoder that may not look at single lines."""

    def decode(self, line):
        raise AssertionError(line)


def test_blocks_of_sound_frames_never_leave_the_hot_path(captures):
    decoder = HotPathOnly()
    sound = [data for name, data in captures.items() if not name.startswith("start_output")]

    assert sum(len(decoder.decode_block(data)) for data in sound) > 3000
    assert len(decoder.decode_block(b"\n".join([DELTA] * 1000))) == 1000
