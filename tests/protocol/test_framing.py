import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol import LineFramer, Oversize

CHUNKS = st.lists(st.binary(max_size=12) | st.sampled_from([b"\n", b"a\n", b"\r\n", b"\n\n"]))


def lines_of(items):
    """Every line of blocks and over-long lines, in order; empty lines are not told."""
    out = []
    for item in items:
        out += [item] if isinstance(item, Oversize) else [x for x in item.split(b"\n") if x]
    return out


def feed_all(framer, chunks):
    items = [item for chunk in chunks for item in framer.feed(chunk)]
    last = framer.finish()
    return lines_of(items if last is None else [*items, last])


def expected_lines(data, max_line):
    return [
        line if len(line) <= max_line else Oversize(len(line), line[:256])
        for line in data.split(b"\n")
        if line
    ]


class CountingBytes(bytes):
    """Bytes that tell how many of them were searched."""

    searched = 0

    def rfind(self, *args):
        CountingBytes.searched += len(self)
        return super().rfind(*args)


def test_whole_lines_of_one_chunk_come_as_one_block():
    assert LineFramer().feed(b"one\ntwo\nthree\n") == [b"one\ntwo\nthree"]


def test_an_incomplete_line_is_held_and_joined_with_its_rest():
    framer = LineFramer()

    assert framer.feed(b"one\ntw") == [b"one"]
    assert framer.pending == 2
    assert framer.feed(b"o\nthree\n") == [b"two\nthree"]
    assert framer.pending == 0


@given(CHUNKS)
def test_the_size_of_the_unfinished_line_is_known_whether_it_is_held_or_not(chunks):
    framer, data = LineFramer(max_line=5), b"".join(chunks)
    for chunk in chunks:
        framer.feed(chunk)
    assert framer.unfinished == len(data.rpartition(b"\n")[2])
    framer.finish()
    assert framer.unfinished == 0


def test_nothing_comes_before_the_newline():
    framer = LineFramer()

    assert [framer.feed(b"%c" % byte) for byte in b"hello"] == [[]] * 5
    assert framer.feed(b"\n") == [b"hello"]


def test_empty_lines_alone_give_nothing():
    framer = LineFramer()

    assert framer.feed(b"\n\n") == []
    assert framer.feed(b"\na\n\n") == [b"a"]


def test_a_last_line_without_a_newline_is_given_at_the_end():
    framer = LineFramer()
    framer.feed(b"one\ntwo")

    assert framer.finish() == b"two"
    assert framer.finish() is None


def test_an_over_long_line_becomes_an_event_and_the_next_line_is_fine():
    framer = LineFramer(max_line=10)

    assert framer.feed(b"x" * 25) == []
    assert framer.overflowing
    assert framer.feed(b"x" * 5 + b"\nnext\n") == [Oversize(30, b"x" * 30), b"next"]
    assert not framer.overflowing


def test_an_over_long_line_inside_a_chunk_leaves_its_neighbours_alone():
    framer = LineFramer(max_line=4)

    items = framer.feed(b"a\nb\n" + b"x" * 9 + b"\nc\nd\n")

    assert items == [b"a\nb", Oversize(9, b"x" * 9), b"c\nd"]


def test_an_over_long_line_at_the_end_of_the_stream_is_told_too():
    framer = LineFramer(max_line=4)
    framer.feed(b"abcdefgh")

    assert framer.finish() == Oversize(8, b"abcdefgh")
    assert framer.pending == 0


def test_a_line_of_exactly_the_limit_passes():
    assert LineFramer(max_line=4).feed(b"abcd\nabcde\n") == [b"abcd", Oversize(5, b"abcde")]


def test_an_endless_line_holds_no_more_than_its_head():
    framer = LineFramer(max_line=1000)

    for _ in range(100):
        framer.feed(b"x" * 1000)
        assert framer.pending <= 1000

    assert framer.finish() == Oversize(100_000, b"x" * 256)


def test_a_limit_below_one_byte_is_refused():
    with pytest.raises(ValueError, match="max_line must be at least 1 byte, not 0"):
        LineFramer(max_line=0)


@pytest.mark.parametrize("size", [1_000, 10_000, 100_000])
def test_each_byte_is_searched_once_however_long_the_line(size):
    CountingBytes.searched = 0
    framer = LineFramer()

    for _ in range(size // 10):
        framer.feed(CountingBytes(b"x" * 10))
    framer.feed(CountingBytes(b"\n"))

    assert CountingBytes.searched == size + 1


@given(chunks=CHUNKS, max_line=st.integers(1, 20))
def test_any_chunking_gives_the_same_lines(chunks, max_line):
    assert feed_all(LineFramer(max_line=max_line), chunks) == expected_lines(
        b"".join(chunks), max_line
    )


@given(chunks=CHUNKS)
def test_blocks_neither_begin_nor_end_with_a_newline(chunks):
    framer = LineFramer()

    for chunk in chunks:
        blocks = framer.feed(chunk)
        assert len(blocks) <= 1
        assert all(block and block == block.strip(b"\n") for block in blocks)
