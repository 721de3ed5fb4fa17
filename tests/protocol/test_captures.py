"""Every recorded line, fed in three ways."""

import json

import pytest

from greenroom_protocol import Batch, Garbage, LineFramer, Unknown
from greenroom_protocol.claude import FrameDecoder, encode_frame

# The only recorded lines that are no frames: the CLI ran without stream-json.
NOT_FRAMES = {
    "start_output_json_verbose": b"[{",  # one array of all frames
    "start_output_text": b"Hello",  # the bare answer
}


def decode_all(data, decoder):
    framer = LineFramer()
    return [frame for block in framer.feed(data) for frame in decoder.decode_block(block)]


def test_every_line_decodes_typed(capture):
    decoder = FrameDecoder()

    frames = decode_all(capture.read_bytes(), decoder)

    odd = [frame for frame in frames if isinstance(frame, Unknown | Garbage)]
    assert [frame.head[: len(NOT_FRAMES[capture.stem])] for frame in odd] == (
        [NOT_FRAMES[capture.stem]] if capture.stem in NOT_FRAMES else []
    )
    assert decoder.drift.garbage == len(odd)
    assert not decoder.drift.salvaged
    assert not decoder.drift.unknown


def test_a_block_and_its_lines_decode_alike_and_encode_again(capture, decoder):
    block = capture.read_bytes()
    batch = Batch(frames=decoder.decode_block(block), block=block)

    for frame, line in batch.pairs():
        assert decoder.decode(line) == frame
        if not isinstance(frame, Garbage):
            assert decoder.decode(encode_frame(frame)) == frame


def test_byte_by_byte_nothing_comes_early(capture):
    data = capture.read_bytes()
    feed = LineFramer().feed
    blocks = []

    for byte in data:
        out = feed(bytes((byte,)))
        assert not out or byte == 0x0A
        blocks += out

    assert blocks == [line for line in data.split(b"\n") if line]


def test_trailing_bytes_are_left_alone(capture):
    data = capture.read_bytes()
    trailing = b'{"type":"result","subty'
    framer = LineFramer()
    decoder = FrameDecoder()

    (block,) = framer.feed(data + trailing)

    assert decoder.decode_block(block) == decoder.decode_block(data)
    assert framer.finish() == trailing


def test_encoded_frames_keep_the_members_of_the_wire(capture, decoder):
    for line in capture.read_bytes().splitlines():
        frame = decoder.decode(line)
        if isinstance(frame, Garbage):
            continue
        wire, again = json.loads(line), json.loads(encode_frame(frame))
        assert again["type"] == wire["type"]
        assert set(again) <= set(wire)


@pytest.mark.parametrize("name", ["bypass_root", "bg_bash", "stdin_not_json"])
def test_the_index_tells_how_each_capture_was_made(name, capture_index):
    entry = capture_index[name]

    assert entry["argv"][0] == "claude"
    assert set(entry) == {"argv", "env_extra", "exit_code"}


def test_every_capture_is_in_the_index(captures, capture_index):
    assert set(captures) <= set(capture_index)
    assert len(captures) > 200
