"""T7: a reader that rests, or nobody at all, while the CLI floods, asks and is interrupted."""

import asyncio
import threading
import time
from contextlib import aclosing

import pytest

from greenroom import Backlog, Cancelled, Completed, Interrupted, LimitReached, Overflow
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import (
    Deltas,
    Gate,
    Hang,
    Permission,
    Raw,
    Text,
    ToolUse,
    Turn,
    Wait,
)
from greenroom.turn.weight import FRAME_BYTES

PIECES = tuple(f"{n} " for n in range(100_000))
FEWER = PIECES[:20_000]
SOON_SECONDS = 2.0
"""One second is what is promised; a busy machine gets another."""
FLOOD_SECONDS = 60.0
MEMORY = 1024 * 1024


def flooded(pieces):
    """A turn that floods, asks for a permission once it may, and waits."""
    return [Deltas(pieces), Gate("ask"), ToolUse("Bash"), Permission(), Wait()]


pytestmark = pytest.mark.timeout(120)


@pytest.fixture(name="flood")
def _flood(scene):
    """A function that opens a session whose CLI floods, asks for a permission and waits."""

    def flood(overflow, steps=None):
        backlog = Backlog(overflow=overflow, memory=MEMORY)
        return scene.play(steps or flooded(FEWER), include_partial_messages=True, backlog=backlog)

    return flood


def wait_for_flood(scene, turn, pieces=FEWER):
    """Wait until all pieces have reached the host."""
    stream, all_of_it = turn._source.stream, len(pieces) * (FRAME_BYTES + 275)
    scene.eventually(lambda: stream._total >= all_of_it, FLOOD_SECONDS, "the flood is over")


def let_it_ask(session):
    """Have the CLI ask for a permission; return how long the answer took."""
    started = time.monotonic()
    session.simulator.open_gate("ask")
    session.simulator.wait_for(lambda record: record.answers)
    return time.monotonic() - started


def interrupt(scene, turn):
    """Interrupt a turn, which has to be confirmed soon."""
    turn.interrupt()
    outcome = scene.outcome(turn, within=SOON_SECONDS)
    assert (type(outcome), outcome.confirmed) == (Cancelled, True)


@pytest.mark.parametrize("overflow", [Overflow.SPILL, Overflow.COALESCE])
def test_control_traffic_gets_through_while_a_reader_rests_and_no_frame_is_lost(
    scene, flood, overflow
):
    session = flood(overflow, flooded(PIECES))
    turn = scene.ask(session)
    reader = iter(turn.text_deltas())
    first = next(reader)
    wait_for_flood(scene, turn, PIECES)
    assert let_it_ask(session) < SOON_SECONDS
    interrupt(scene, turn)
    assert first + "".join(reader) == "".join(PIECES)
    assert turn.lost_frames == 0


def test_it_does_so_while_a_reader_rests_in_an_event_loop(scene, flood):
    session = flood(Overflow.SPILL)
    turn = scene.ask(session)

    async def read():
        async with aclosing(aiter(turn.text_deltas())) as pieces:
            text = await anext(pieces)
            await asyncio.to_thread(wait_for_flood, scene, turn)
            assert await asyncio.to_thread(let_it_ask, session) < SOON_SECONDS
            await asyncio.to_thread(interrupt, scene, turn)
            return text + "".join([piece async for piece in pieces])

    assert asyncio.run(read()) == "".join(FEWER)
    assert turn.lost_frames == 0


def test_it_does_so_when_nobody_reads_at_all_and_the_oldest_frames_are_dropped(scene, flood):
    session = flood(Overflow.SPILL)
    turn = scene.ask(session)
    wait_for_flood(scene, turn)
    assert let_it_ask(session) < SOON_SECONDS
    interrupt(scene, turn)
    text = "".join(turn.text_deltas())
    assert "".join(FEWER).endswith(text)
    assert turn.lost_frames > 0
    assert len(text) < len("".join(FEWER))


def test_a_policy_of_failing_ends_the_turn_and_the_session_goes_on(scene, flood):
    session = flood(Overflow.FAIL)
    turn = scene.ask(session)
    reader = iter(turn.text_deltas())
    first = next(reader)
    outcome = scene.outcome(turn, within=10)
    assert isinstance(outcome, LimitReached)
    assert (outcome.limit, outcome.category, outcome.retryable) == ("unread", "limit", False)
    text = first + "".join(reader)
    assert "".join(FEWER).startswith(text)
    assert len(text) < len("".join(FEWER))


def test_a_policy_of_pausing_holds_back_what_the_cli_asks_until_it_is_interrupted(scene, flood):
    session = flood(Overflow.PAUSE)
    session.simulator.open_gate("ask")
    turn = scene.ask(session)
    reader = iter(turn.text_deltas())
    next(reader)
    with pytest.raises(TimeoutError):
        turn.outcome(2 * SOON_SECONDS)
    assert session.simulator.record().answers == ()
    turn.interrupt()
    outcome = scene.outcome(turn, within=10)
    assert (type(outcome), outcome.confirmed) == (Cancelled, True)


@pytest.mark.parametrize("overflow", [Overflow.SPILL, Overflow.COALESCE, Overflow.PAUSE])
def test_a_reader_that_rests_now_and_then_gets_every_frame_in_order(scene, flood, overflow):
    turn = scene.ask(flood(overflow, [Deltas(FEWER)]))
    pieces, pace = [], threading.Event()
    for number, batch in enumerate(turn.read()):
        pieces += filter(None, map(turn.vocabulary.text_delta, batch.frames))
        if number < 5:
            pace.wait(0.7)
    assert "".join(pieces) == "".join(FEWER)
    assert isinstance(scene.outcome(turn, within=SOON_SECONDS), Completed)
    assert turn.lost_frames == 0


def test_a_session_that_stops_while_a_reader_rests_leaves_it_all_there_is(scene, flood):
    session = flood(Overflow.SPILL)
    turn = scene.ask(session)
    reader = iter(turn.text_deltas())
    first = next(reader)
    wait_for_flood(scene, turn)
    session.stop()
    assert isinstance(scene.outcome(turn, within=SOON_SECONDS), Cancelled)
    assert first + "".join(reader) == "".join(FEWER)


def test_what_is_left_of_a_turn_that_was_left_early_can_still_be_collected(scene, flood):
    turn = scene.ask(flood(Overflow.SPILL))
    batches = turn.read()
    first = next(batches)
    wait_for_flood(scene, turn)
    batches.close()
    assert isinstance(scene.outcome(turn, within=SOON_SECONDS), Cancelled)
    assert len(first) + turn.collect().frames > len(FEWER)


def test_turns_beside_a_flood_that_nobody_reads_are_answered_at_once(scene, flood):
    flooding = scene.ask(flood(Overflow.SPILL, [Deltas(PIECES)]))
    beside = scene.play([Text("quick")])
    assert scene.outcome(scene.ask(beside), within=10).text == "quick"
    waits = []
    while len(waits) < 20:
        started = time.monotonic()
        assert scene.outcome(scene.ask(beside), within=10).text == "quick"
        waits.append(time.monotonic() - started)
    assert sorted(waits)[10] < SOON_SECONDS
    assert isinstance(scene.outcome(flooding, within=FLOOD_SECONDS), Completed)


def test_frames_of_no_turn_are_bounded_as_well(scene):
    line = factories.wire(factories.text_delta("x" * 1000)).decode()
    played = Scenario(turns=[Turn([Text("done")], after=[Raw(line, times=5_000)])])
    session = scene.play(played, backlog=Backlog(memory=MEMORY))
    assert scene.outcome(scene.ask(session), within=10).text == "done"
    background = session.background
    scene.eventually(lambda: background._total > 5_000 * 1000, 20, "all of them have come")
    assert background._total - background._allowed <= 0
    assert background.lost_frames > 1_000


def test_a_cli_that_asks_without_end_and_reads_no_answer_is_ended(scene):
    question = factories.wire(factories.can_use_tool("Bash")).decode()
    turn = scene.ask(scene.play([Text("before"), Raw(question, times=200_000), Hang()]))
    outcome = scene.outcome(turn, within=20)
    assert (type(outcome), outcome.code) == (Interrupted, "input_not_read")
