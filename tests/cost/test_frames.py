"""What a decoded frame costs, in calls and in memory."""

from __future__ import annotations

import gc
import json
import sys

import pytest

from greenroom_protocol.claude.decoder import FrameDecoder
from tests.cost.census import at_most

FRAMES = 1_000


@pytest.fixture(name="block")
def _block(lines):
    """A block of partial frames, as a read brings it."""
    return b"\n".join([json.dumps(lines["stream_event/text_delta"]).encode()] * FRAMES)


def test_frames_of_a_block_are_decoded_without_a_call_for_each(block, census):
    decoder = FrameDecoder()
    decoder.decode_block(block)
    with census.counting():
        assert len(decoder.decode_block(block)) == FRAMES
    at_most(8, census.here.python, f"decoding {FRAMES} frames, in Python")
    at_most(15, census.here.c, f"decoding {FRAMES} frames, in C")


def test_a_partial_frame_is_seven_blocks_of_memory(block):
    decoder = FrameDecoder()
    decoder.decode_block(block)
    gc.collect()
    before = sys.getallocatedblocks()
    frames = decoder.decode_block(block)
    allocated = (sys.getallocatedblocks() - before) / len(frames)
    assert allocated < 7.1, f"{allocated} blocks a frame: which member of it is new?"


def test_frames_are_nothing_to_the_garbage_collector(block):
    decoder = FrameDecoder()
    frames = decoder.decode_block(block)
    assert not [part for frame in frames for part in parts(frame) if gc.is_tracked(part)]


def parts(frame):
    """A partial frame and what it is made of."""
    return frame, frame.event, frame.event.delta
