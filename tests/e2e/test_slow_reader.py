"""A reader may be as slow as it likes: nothing is lost, and nothing else goes wrong."""

import time

import pytest

from greenroom import Backlog, Cancelled, Deadlines, Overflow
from greenroom.testing.fake_anthropic import Stall, Text

PIECE = "x" * 65_536
PIECES = 400
"""More than a stream holds and a pipe takes: 25 MiB."""


@pytest.fixture(name="held_back")
def _held_back(api, open_session):
    """A function that makes a session, a turn of it and a reader that holds its process back."""

    def hold_back(overflow=Overflow.PAUSE, **deadlines):
        api.on("long", Stall(Text((PIECE,) * PIECES), after_events=PIECES - 1))
        given = Deadlines(**{"start": 20, "first_event": 20, "silence": 20, **deadlines})
        session = open_session(
            include_partial_messages=True, deadlines=given, backlog=Backlog(overflow=overflow)
        )
        turn = session.ask("long")
        reader = iter(turn.text_deltas())
        assert next(reader) == PIECE
        api.wait_for_stall(timeout=20)
        return session, turn, reader

    return hold_back


def test_a_reader_that_rests_does_not_make_the_turn_time_out(api, held_back):
    _, turn, reader = held_back(silence=2)
    api.release()
    with pytest.raises(TimeoutError):
        turn.outcome(3)
    assert sum(map(len, reader)) == len(PIECE) * (PIECES - 1)
    assert len(turn.text(20)) == len(PIECE) * PIECES


@pytest.mark.parametrize("overflow", [Overflow.SPILL, Overflow.COALESCE])
def test_a_turn_ends_though_its_reader_rests_and_the_reader_gets_all_of_it(
    api, held_back, overflow
):
    _, turn, reader = held_back(overflow)
    api.release()
    assert len(turn.text(20)) == len(PIECE) * PIECES
    assert sum(map(len, reader)) == len(PIECE) * (PIECES - 1)
    assert turn.lost_frames == 0


def test_an_interrupt_gets_through_to_a_process_that_is_held_back(held_back):
    session, turn, reader = held_back()
    started = time.monotonic()
    turn.interrupt()
    outcome = turn.outcome(20)
    assert time.monotonic() - started < 3
    assert (type(outcome), outcome.confirmed) == (Cancelled, True)
    del reader
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_session_with_a_process_that_is_held_back_stops_in_time(held_back):
    session, turn, reader = held_back()
    started = time.monotonic()
    session.stop()
    assert time.monotonic() - started < 4
    assert isinstance(turn.outcome(0), Cancelled)
    del reader
