"""What the model says arrives while it says it, for threads and for asyncio."""

import asyncio

import pytest

from greenroom import Cancelled
from greenroom.testing.fake_anthropic import Drop, Message, Stall, Text, Thinking, words
from greenroom_protocol.claude import Assistant, Result, StreamEvent

PIECES = ("one ", "two ", "three")
HALF = 4
"""Events of an answer up to and with its second delta: start of message and block come first."""


def test_text_arrives_in_the_pieces_the_model_wrote(api, open_session):
    api.on("count", Text(PIECES))
    turn = open_session(include_partial_messages=True).ask("count")
    assert tuple(turn.text_deltas()) == PIECES
    assert turn.text(0) == "one two three"


def test_thinking_arrives_in_pieces_apart_from_the_text(api, open_session):
    api.on("think", Message((Thinking(("Hm", "...")), Text("Yes."))))
    session = open_session(include_partial_messages=True)
    assert list(session.ask("think").thinking_deltas()) == ["Hm", "..."]
    assert list(session.ask("think").text_deltas()) == ["Yes."]


def test_pieces_arrive_before_the_answer_is_complete(api, open_session):
    api.on("count", Stall(Text(PIECES), after_events=HALF))
    turn = open_session(include_partial_messages=True).ask("count")
    deltas = iter(turn.text_deltas())
    assert (next(deltas), next(deltas), turn.done) == ("one ", "two ", False)
    api.release()
    assert list(deltas) == ["three"]


def test_without_partial_messages_whole_blocks_arrive(api, open_session):
    api.on("think", Message((Thinking("Hm."), Text("Yes."))))
    turn = open_session().ask("think")
    frames = list(turn)
    assert not any(isinstance(frame, StreamEvent) for frame in frames)
    assert isinstance(frames[-1], Result)
    assert len([frame for frame in frames if isinstance(frame, Assistant)]) == 2


def test_a_turn_is_collected_with_text_thinking_and_cost(api, open_session):
    api.on("think", Message((Thinking("Hm."), words("Yes, of course."))))
    got = open_session().ask("think").collect(20)
    assert (got.text, got.thinking, got.tool_calls) == ("Yes, of course.", "Hm.", ())
    assert (got.outcome.ok, got.rounds, got.spend.output_tokens) == (True, 1, 5)


def test_asyncio_streams_and_collects(api, open_session):
    api.on("count", Text(PIECES))

    async def stream():
        async with open_session(include_partial_messages=True) as session:
            deltas = [delta async for delta in session.ask("count").text_deltas()]
            return deltas, (await session.ask("count").acollect()).text

    assert asyncio.run(stream()) == (list(PIECES), "one two three")


def test_a_stream_nobody_reads_does_not_hold_the_turn_up(api, open_session):
    api.on("count", Text(PIECES * 50))
    session = open_session(include_partial_messages=True)
    assert session.ask("count").text(20) == "one two three" * 50
    assert session.ask("hello").text(20) == "You said: hello"


def test_leaving_a_loop_interrupts_the_turn_and_the_session_goes_on(api, open_session):
    api.on("count", Stall(Text(PIECES), after_events=HALF))
    session = open_session(include_partial_messages=True)
    turn = session.ask("count")
    for delta in turn.text_deltas():
        assert delta == "one "
        break
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.confirmed) == (Cancelled, True)
    assert session.ask("hello").text(20) == "You said: hello"


def test_leaving_an_async_loop_interrupts_too(api, open_session):
    api.on("count", Stall(Text(PIECES), after_events=HALF))

    async def leave():
        async with open_session(include_partial_messages=True) as session:
            turn = session.ask("count")
            async for _ in turn.text_deltas():
                break
            return await turn.aoutcome(), (await session.ask("hello")).text

    outcome, text = asyncio.run(leave())
    assert (type(outcome), text) == (Cancelled, "You said: hello")


def test_an_exception_in_a_loop_interrupts_and_comes_out(api, open_session):
    api.on("count", Stall(Text(PIECES), after_events=HALF))
    session = open_session(include_partial_messages=True)
    turn = session.ask("count")
    with pytest.raises(ZeroDivisionError):
        list(turn.text_deltas().map(lambda text: len(text) / 0))
    assert isinstance(turn.outcome(10), Cancelled)
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_connection_that_breaks_in_the_middle_is_tried_again_and_the_answer_is_whole(
    api, open_session
):
    api.on("count", Drop(after_events=HALF, partial=Text(PIECES)), Text("whole again"))
    session = open_session(include_partial_messages=True, max_retries=2)
    assert session.ask("count").text(20) == "whole again"


def test_streams_can_be_mapped_filtered_and_watched(api, open_session):
    api.on("count", Text(PIECES))
    seen = []
    turn = open_session(include_partial_messages=True).ask("count")
    loud = turn.text_deltas().tap(seen.append).filter(lambda text: "t" in text).map(str.upper)
    assert (list(loud), tuple(seen)) == (["TWO ", "THREE"], PIECES)
