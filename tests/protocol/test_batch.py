import pytest

from greenroom_protocol import Batch

BLOCK = b'{"type":"keep_alive"}\n\n{"type":"new"}\r\n \nnoise'


@pytest.fixture(name="batch")
def _batch(decoder):
    return Batch(frames=decoder.decode_block(BLOCK), block=BLOCK)


def test_a_batch_iterates_over_its_frames(batch):
    assert list(batch) == batch.frames
    assert len(batch) == 3


def test_every_frame_has_its_raw_line(batch):
    assert batch.raw(0) == b'{"type":"keep_alive"}'
    assert batch.raw(1) == b'{"type":"new"}\r'
    assert batch.raw(-1) == b"noise"


def test_frames_and_lines_go_in_pairs(batch):
    assert [line for _, line in batch.pairs()] == batch.lines()


def test_a_frame_that_is_not_there_has_no_line(batch):
    with pytest.raises(IndexError):
        batch.raw(3)
