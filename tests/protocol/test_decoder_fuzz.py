"""Whatever comes, decoding answers, answers the same for any chunking, and keeps the bytes."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol import Batch, Garbage, LineFramer, Unknown
from greenroom_protocol.claude import FrameDecoder, Result
from greenroom_protocol.unknown import HEAD_BYTES

SAMPLES = [
    b'{"type":"stream_event","event":{"type":"content_block_stop","index":0},"uuid":"h\xc3\xa9"}',
    b'{"type":"system","subtype":"session_state_changed","state":"idle"}',
    b'{"type":"system","subtype":"weather"}',
    b'{"is_error":false,"subtype":"success","type":"result","num_turns":"many"}',
    b'{"type":"assistant","message":{"content":[{"type":"hologram"}]}}',
    b'{"type":"user","message":{"content":"\\ud800"}}',
    b'{"type":"hologram"}',
    b"[1]",
    b"noise",
    b"",
    b" \r",
]
LINES = st.lists(st.sampled_from(SAMPLES) | st.binary(max_size=20), max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
OTHER_VALUES = [None, True, -1, 1.5, "x", [], ["x"], [{}], {}, {"x": {}}]


def decode_stream(chunks):
    framer, decoder = LineFramer(), FrameDecoder()
    blocks = [block for chunk in chunks for block in framer.feed(chunk)]
    if (last := framer.finish()) is not None:
        blocks.append(last)
    return [frame for block in blocks for frame in decoder.decode_block(block)], decoder.drift


def raw_of(frame, line):
    """The bytes that an odd result kept, and those it should have kept."""
    if isinstance(frame, Unknown):
        return frame.raw, line
    return (frame.head, line[:HEAD_BYTES]) if isinstance(frame, Garbage) else (line, line)


@given(lines=LINES, cuts=st.lists(st.integers(0, 400), max_size=8))
def test_any_chunking_gives_the_same_frames(lines, cuts):
    data = b"\n".join(lines)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    chunks = [data[start:end] for start, end in itertools.pairwise(ends)]

    frames, drift = decode_stream(chunks)
    whole, whole_drift = decode_stream([data])

    assert frames == whole
    assert drift.report() == whole_drift.report()


@given(block=st.binary(max_size=200) | st.lists(st.sampled_from(SAMPLES)).map(b"\n".join))
def test_any_bytes_give_one_result_for_each_line(block):
    frames = FrameDecoder().decode_block(block)

    for frame, line in Batch(frames=frames, block=block).pairs():
        kept, expected = raw_of(frame, line)
        assert kept == expected


@given(
    kind=st.sampled_from(["assistant", "user", "result", "system", "control_request", "x"]),
    members=st.dictionaries(st.text(max_size=8), JSON),
)
def test_any_object_decodes_to_a_frame_or_unknown(kind, members):
    line = json.dumps({**members, "type": kind}).encode()

    assert not isinstance(FrameDecoder().decode(line), Garbage)


@pytest.fixture(scope="module", name="shapes")
def _shapes(captures):
    """One line of every shape: the same type, subtype and members."""
    shapes = {}
    for data in captures.values():
        for line in data.splitlines():
            if line.startswith(b"{"):
                value = json.loads(line)
                key = (value["type"], value.get("subtype"), frozenset(value))
                shapes.setdefault(key, value)
    return list(shapes.values())


def test_a_missing_member_never_raises_and_never_loses_the_line(shapes, decoder):
    for value in shapes:
        for member in value:
            line = json.dumps({k: v for k, v in value.items() if k != member}).encode()
            frame = decoder.decode(line)
            assert not isinstance(frame, Garbage)
            assert not isinstance(frame, Unknown) or frame.raw == line


@pytest.mark.parametrize("other", OTHER_VALUES, ids=repr)
def test_a_retyped_member_never_raises_and_never_loses_the_line(shapes, decoder, other):
    for value in shapes:
        for member in value:
            line = json.dumps({**value, member: other}).encode()
            frame = decoder.decode(line)
            assert not isinstance(frame, Garbage)
            assert not isinstance(frame, Unknown) or frame.raw == line


@pytest.mark.parametrize("other", OTHER_VALUES, ids=repr)
def test_a_result_survives_any_change_of_its_side_fields(shapes, decoder, other):
    essence = {"type", "subtype", "is_error"}
    for value in shapes:
        if value["type"] != "result":
            continue
        for member in set(value) - essence:
            frame = decoder.decode(json.dumps({**value, member: other}).encode())
            assert isinstance(frame, Result)
            assert (frame.subtype, frame.is_error) == (value["subtype"], value["is_error"])
