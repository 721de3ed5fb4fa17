"""Every recorded line, fed in three ways."""

import json

import pytest

from greenroom_protocol import Batch, Garbage, LineFramer, Unknown
from greenroom_protocol.claude import FrameDecoder, encode_frame

# The only recorded lines that are no frames: there the CLI ran without stream-json.
NOT_FRAMES = {
    "start_output_json_verbose": b"[{",  # one array of all frames
    "start_output_text": b"Hello",  # the bare answer
}


@pytest.fixture(scope="module", name="frames_only")
def _frames_only(captures):
    return {name: data for name, data in captures.items() if name not in NOT_FRAMES}


def odd_results(data, decoder):
    framer = LineFramer()
    frames = [frame for block in framer.feed(data) for frame in decoder.decode_block(block)]
    assert framer.finish() is None
    return [frame for frame in frames if isinstance(frame, Unknown | Garbage)]


def test_every_line_decodes_typed_but_for_those_listed(captures, decoder):
    odd = {name: odd_results(data, decoder) for name, data in captures.items()}

    assert {name for name, results in odd.items() if results} == set(NOT_FRAMES)
    for name, start in NOT_FRAMES.items():
        (garbage,) = odd[name]
        assert garbage.head.startswith(start)
    assert decoder.drift.report() == "garbage        2"


def test_whole_captures_and_single_lines_decode_alike(captures, decoder):
    for data in captures.values():
        batch = Batch(frames=decoder.decode_block(data), block=data)
        assert [decoder.decode(line) for line in batch.lines()] == batch.frames


def test_byte_by_byte_nothing_comes_early(captures):
    for data in captures.values():
        feed = LineFramer().feed
        blocks = []
        for byte in data:
            out = feed(bytes((byte,)))
            assert not out or byte == 0x0A
            blocks += out
        assert blocks == [line for line in data.split(b"\n") if line]


def test_trailing_bytes_are_left_alone(captures):
    trailing = b'{"type":"result","subty'
    for data in captures.values():
        framer = LineFramer()
        (block,) = framer.feed(data + trailing)
        assert FrameDecoder().decode_block(block) == FrameDecoder().decode_block(data)
        assert framer.finish() == trailing


def test_frames_encode_to_lines_that_decode_to_them(frames_only, decoder):
    for data in frames_only.values():
        for frame in decoder.decode_block(data):
            assert decoder.decode(encode_frame(frame)) == frame


def test_encoded_frames_use_the_names_of_the_wire(frames_only, decoder):
    for data in frames_only.values():
        for line in data.splitlines():
            wire, again = json.loads(line), json.loads(encode_frame(decoder.decode(line)))
            assert again["type"] == wire["type"]
            assert set(again) <= set(wire)


def test_the_index_tells_how_each_capture_was_made(captures, capture_index):
    assert set(captures) <= set(capture_index)
    assert len(captures) > 200
    for entry in capture_index.values():
        assert entry["argv"][0] == "claude"
        assert set(entry) == {"argv", "env_extra", "exit_code"}
