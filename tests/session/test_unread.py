"""What a request does when its reader is behind, step by step, in virtual time."""

from contextlib import suppress

import pykka
import pytest

from greenroom import Backlog, Deadlines, LimitReached, Overflow
from greenroom.backends.claude import ClaudeBackend
from greenroom.request import Abort, Heard, Pressure, Request, RequestDone, Sent
from greenroom.runtime import Actor, Future, ManualDispatcher, handles
from greenroom.testing import factories
from greenroom.turn import Relief, Strained, Stream, Ticket
from greenroom.values.outcomes import FailureContext
from greenroom_protocol import Batch

PATIENCE = 0.5
MEMORY = 100_000


class Session(Actor):
    """Stands where a session would: keeps what it is told."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    @handles(Abort, Pressure, RequestDone)
    def hear(self, message):
        self.heard.append(message)


class Bench:
    """A request whose reader has read one frame and rests."""

    def __init__(self, overflow):
        self.dispatcher = ManualDispatcher()
        self.heard = []
        self.session = Session.start(self.heard, dispatcher=self.dispatcher)
        self.stream = Stream(
            Backlog(overflow=overflow, memory=MEMORY, patience=PATIENCE),
            on_relief=self.relieve,
            dispatcher=self.dispatcher,
            keeper=ClaudeBackend().keeper(),
        )
        deadlines = Deadlines(silence=30)
        outcome = Future(self.dispatcher)
        self.ticket = Ticket("t", "hi", None, deadlines, False, self.stream, outcome)
        self.request = Request.start(self.ticket, session=self.session, dispatcher=self.dispatcher)
        self.request.tell(Sent(True, FailureContext))
        self.request.tell(Heard())
        self.reader = self.stream.batches()
        self.speak("first")
        next(self.reader)

    def relieve(self):
        with suppress(pykka.ActorDeadError):  # it has its outcome
            self.request.tell(Relief("t"))

    def speak(self, text="and more "):
        frame = factories.text_delta(text)
        line = factories.wire(frame).rstrip(b"\n")
        if not self.stream.put(Batch(frames=[frame], block=line)):
            self.request.tell(Strained())
        self.dispatcher.run_until_idle()

    def fill(self):
        while not self.heard:
            self.speak()

    @property
    def pressure(self):
        return [message.high for message in self.heard if isinstance(message, Pressure)]

    @property
    def outcome(self):
        return self.ticket.outcome.get() if self.ticket.outcome.done else None


@pytest.fixture(name="resting")
def _resting():
    benches = []

    def make(overflow):
        benches.append(Bench(overflow))
        benches[-1].fill()
        return benches[-1]

    yield make
    for bench in benches:
        bench.reader.close()
        bench.dispatcher.close()


@pytest.mark.parametrize("overflow", [Overflow.SPILL, Overflow.COALESCE])
def test_the_process_is_held_back_for_the_patience_and_then_never_again(resting, overflow):
    bench = resting(overflow)
    bench.dispatcher.advance(PATIENCE - 0.01)
    assert bench.pressure == [True]
    bench.dispatcher.advance(0.02)
    assert bench.pressure == [True, False]
    for _ in range(2000):
        bench.speak()
    assert bench.pressure[-1] is False
    bench.stream.end()
    text = "".join(f.event.delta.text for batch in bench.reader for f in batch.frames)
    assert text.count("and more ") > 2000
    assert bench.stream.lost_frames == 0


def test_a_policy_of_pausing_holds_it_back_for_as_long_as_the_reader_rests(resting):
    bench = resting(Overflow.PAUSE)
    bench.dispatcher.advance(1000)
    assert (bench.pressure, bench.outcome) == ([True], None)
    while len(bench.pressure) == 1:
        next(bench.reader)
        bench.dispatcher.run_until_idle()
    assert bench.pressure == [True, False]


def test_a_policy_of_failing_ends_the_turn_and_interrupts_it(resting):
    bench = resting(Overflow.FAIL)
    assert bench.outcome is None
    bench.dispatcher.advance(PATIENCE + 0.01)
    assert isinstance(bench.outcome, LimitReached)
    assert (bench.outcome.limit, bench.outcome.code) == ("unread", "unread")
    assert "100000 bytes" in str(bench.outcome)
    assert Abort("t", stuck=False) in bench.heard
    assert bench.stream.lost_frames == 0


@pytest.mark.parametrize("overflow", Overflow)
def test_a_reader_that_catches_up_in_time_meets_no_policy(resting, overflow):
    bench = resting(overflow)
    bench.dispatcher.advance(PATIENCE - 0.01)
    while bench.pressure == [True]:
        next(bench.reader)
        bench.dispatcher.run_until_idle()
    bench.dispatcher.advance(10)
    assert (bench.pressure, bench.outcome, bench.stream._spill) == ([True, False], None, None)


def catch_up_and_fall_behind(bench, running):
    """Use up nearly all patience, then read, let the process run, and be behind again."""
    bench.dispatcher.advance(PATIENCE - 0.01)
    while bench.pressure[-1]:
        next(bench.reader)
        bench.dispatcher.run_until_idle()
    bench.dispatcher.advance(running)
    while not bench.pressure[-1]:
        bench.speak()


def test_the_patience_begins_anew_when_the_process_ran_for_as_long(resting):
    bench = resting(Overflow.FAIL)
    catch_up_and_fall_behind(bench, running=PATIENCE)
    bench.dispatcher.advance(PATIENCE - 0.01)
    assert bench.outcome is None
    bench.dispatcher.advance(0.02)
    assert isinstance(bench.outcome, LimitReached)


def test_a_reader_that_is_always_just_in_time_is_waited_for_once(resting):
    bench = resting(Overflow.SPILL)
    catch_up_and_fall_behind(bench, running=0.02)
    assert bench.stream._spill is None
    bench.dispatcher.advance(0.04)
    assert bench.stream._spill is not None
    assert bench.pressure[-1] is False
    bench.stream.end()
    assert [*bench.reader]


def test_a_turn_that_is_interrupted_meanwhile_does_not_fail_for_its_reader(resting):
    bench = resting(Overflow.FAIL)
    bench.stream.stop_pausing()  # as the session does
    bench.dispatcher.advance(10 * PATIENCE)
    assert bench.outcome is None
