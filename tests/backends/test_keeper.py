"""Frames that wait are joined without loss, and decode again to what they were."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.backends.claude import ClaudeBackend
from greenroom.testing import factories
from greenroom_protocol import Batch, Oversize
from greenroom_protocol.claude import (
    ContentBlockDelta,
    InputJsonDelta,
    SignatureDelta,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    encode_frame,
)

NAMES = {TextDelta: "text", ThinkingDelta: "thinking", InputJsonDelta: "partial_json"}


def delta(kind, text, *, index=0, **members):
    event = ContentBlockDelta(index=index, delta=kind(**{NAMES.get(kind, "signature"): text}))
    given = {"uuid": "u", "session_id": "s", "api_message_id": "m", **members}
    return StreamEvent(event=event, **given)


def batch(*frames):
    return Batch(frames=list(frames), block=b"\n".join(map(encode_frame, frames)))


def merged(*frames):
    """The frames that are left when each came in a batch of its own."""
    joined = ClaudeBackend().keeper().merge([batch(frame) for frame in frames])
    return [frame for one in joined for frame in one.frames]


def text_of(frame):
    inner = frame.event.delta
    return getattr(inner, NAMES[type(inner)])


@pytest.mark.parametrize("kind", NAMES)
def test_adjacent_pieces_of_a_block_become_one_frame_with_the_id_of_the_first(kind):
    pieces = [delta(kind, text, uuid=text) for text in ("a", "b", '"\n', "\u2028é")]
    assert merged(*pieces) == [delta(kind, 'ab"\n\u2028é', uuid="a")]


@pytest.mark.parametrize(
    "other",
    [
        delta(TextDelta, "b", index=1),
        delta(ThinkingDelta, "b"),
        delta(SignatureDelta, "b"),
        delta(TextDelta, "b", parent_tool_use_id="t"),
        delta(TextDelta, "b", api_message_id="n"),
        delta(TextDelta, "b", session_id="z"),
        delta(TextDelta, "b", user_message_uuids=("p",)),
        delta(TextDelta, "b", ttft_ms=3),
        factories.assistant_text("b"),
    ],
)
def test_pieces_of_anything_else_stay_apart(other):
    first, last = delta(TextDelta, "a"), delta(TextDelta, "c")
    assert merged(first, other, last) == [first, other, last]


FRAMES = st.lists(
    st.one_of(
        st.builds(
            delta,
            st.sampled_from([*NAMES, SignatureDelta]),
            st.text(max_size=5),
            index=st.integers(0, 1),
        ),
        st.builds(factories.assistant_text, st.text(min_size=1, max_size=3)),
    ),
    max_size=40,
)


def content(frames):
    """What the frames say, whatever pieces they say it in."""
    said = []
    for frame in frames:
        inner = getattr(getattr(frame, "event", None), "delta", None)
        if type(inner) in NAMES:
            said.append(((type(inner), frame.event.index), text_of(frame)))
        else:
            said.append((id(frame), ""))
    return [(k, "".join(t for _, t in run)) for k, run in groupby(said, lambda one: one[0])]


@given(FRAMES, st.data())
def test_nothing_is_lost_and_the_blocks_decode_to_the_frames(frames, data):
    keeper = ClaudeBackend().keeper()
    batches, left = [], list(frames)
    while left:
        count = data.draw(st.integers(1, len(left)))
        batches.append(batch(*left[:count]))
        left = left[count:]
    joined = keeper.merge(batches)
    after = [frame for one in joined for frame in one.frames]
    assert content(after) == content(frames)
    assert len(after) <= len(frames)
    for one in joined:
        assert keeper.decode(one.block) == one.frames
    assert [f for one in keeper.merge(joined) for f in one.frames] == after


def test_batches_without_pieces_are_not_touched():
    long = Oversize(size=99, head=b"{")
    given = [batch(factories.assistant_text("a")), Batch(frames=[long], block=long.head)]
    assert ClaudeBackend().keeper().merge(given) == given


def test_a_long_text_becomes_several_frames_and_batches_of_moderate_size():
    pieces = [delta(TextDelta, "x" * 100) for _ in range(10_000)]
    joined = ClaudeBackend().keeper().merge([batch(*pieces)])
    frames = [frame for one in joined for frame in one.frames]
    assert sum(len(text_of(frame)) for frame in frames) == 1_000_000
    assert 2 <= len(joined) == len(frames) <= 4
