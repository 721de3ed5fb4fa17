"""The tail of a stream, in bounded memory."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.runtime.process.stderr_ring import StderrRing


@given(st.lists(st.binary(max_size=40)), st.integers(1, 50))
@settings(deadline=None)
def test_the_tail_is_the_end_of_all_that_was_fed_and_the_rest_is_counted(pieces, capacity):
    ring = StderrRing(capacity)
    for piece in pieces:
        ring.feed(piece)
    everything = b"".join(pieces)
    assert ring.tail() == everything[-capacity:]
    assert ring.dropped_bytes == len(everything) - len(ring.tail())


def test_a_character_cut_by_the_ring_is_left_out():
    ring = StderrRing(4)
    ring.feed("aé€".encode())
    assert ring.tail()[0] == 0xA9
    assert ring.text() == "€"


def test_bad_bytes_are_marked_where_they_stand():
    ring = StderrRing()
    ring.feed(b"\x80bad")
    assert ring.text() == "�bad"
