"""What is kept of the last lines of a process."""

from hypothesis import given
from hypothesis import strategies as st

from greenroom.port.last_lines import LastLines
from greenroom_protocol.batch import split_lines

LINES = st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=30)


@given(st.lists(LINES, max_size=5))
def test_the_last_twenty_lines_are_kept_in_order_however_they_came(batches):
    last = LastLines()
    blocks = [b"\n".join(lines) for lines in batches]
    for block in blocks:
        last.take(block)
    lines = [line for block in blocks for line in split_lines(block)]
    assert last.texts() == tuple(line.decode("utf-8", "replace") for line in lines[-20:])


def test_of_a_long_line_the_head_is_kept():
    last = LastLines()
    last.take(b"first\n" + b"x" * 1_000_000 + b"\nlast")
    assert last.texts() == ("first", "x" * 300, "last")
