"""The request actor alone, step by step, in virtual time."""

import pytest

from greenroom.backends.events import Question, QuestionWithdrawn, ToolsClosed, ToolsOpened, Verdict
from greenroom.request import (
    Abort,
    Ended,
    Failed,
    Heard,
    Meant,
    Request,
    RequestDone,
    Sent,
    Started,
)
from greenroom.runtime import Actor, Future, ManualDispatcher, handles
from greenroom.turn import Interrupt, Stream, Ticket
from greenroom.values.deadlines import Deadlines, Phase
from greenroom.values.outcomes import Cancelled, Completed, Crashed, FailureContext, TimedOut
from greenroom_protocol import Batch

LIMITS = Deadlines(start=10, first_event=20, silence=30, total=1000)


class Listener(Actor):
    """Stands where a session would; keeps what it is told."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    @handles(Abort, RequestDone)
    def hear(self, message):
        self.heard.append(message)


class Bench:
    """A request with everything around it that it can touch."""

    def __init__(self, deadlines=LIMITS):
        self.dispatcher = ManualDispatcher()
        self.heard = []
        self.session = Listener.start(self.heard, dispatcher=self.dispatcher)
        self.stream = Stream(dispatcher=self.dispatcher)
        outcome = Future(self.dispatcher)
        self.ticket = Ticket("t", "hi", None, deadlines, False, self.stream, outcome)
        self.request = Request.start(self.ticket, session=self.session, dispatcher=self.dispatcher)

    def tell(self, *messages):
        for message in messages:
            self.request.tell(message)
        self.dispatcher.run_until_idle()

    def wait(self, seconds):
        self.dispatcher.advance(seconds)
        self.dispatcher.run_until_idle()

    @property
    def outcome(self):
        return self.ticket.outcome.get() if self.ticket.outcome.done else None


@pytest.fixture(name="bench")
def _bench():
    bench = Bench()
    yield bench
    bench.dispatcher.close()


HEARD = Heard()
DONE = Ended(Verdict(text="ok"), "s", FailureContext(), "frame")


def test_a_turn_completes_once_and_says_so(bench):
    bench.tell(Sent(False, FailureContext), Started(), HEARD, DONE)
    assert isinstance(bench.outcome, Completed)
    assert (bench.outcome.text, bench.outcome.turn_id) == ("ok", "t")
    assert [type(message) for message in bench.heard] == [RequestDone]
    assert not bench.request.is_alive()


@pytest.mark.parametrize(
    ("messages", "seconds", "phase"),
    [
        ((Sent(False, FailureContext),), 10, Phase.START),
        ((Sent(True, FailureContext),), 20, Phase.FIRST_EVENT),
        ((Sent(False, FailureContext), Started()), 20, Phase.FIRST_EVENT),
        ((Sent(True, FailureContext), HEARD), 30, Phase.SILENCE),
        ((), 1000, Phase.TOTAL),
        ((Sent(True, FailureContext), HEARD, Meant(ToolsOpened(ids=("a",)))), 1000, Phase.TOTAL),
    ],
)
def test_each_phase_has_its_clock(bench, messages, seconds, phase):
    bench.tell(*messages)
    bench.wait(seconds - 0.01)
    assert bench.outcome is None
    bench.wait(0.02)
    assert (type(bench.outcome), bench.outcome.phase) == (TimedOut, phase)
    assert bench.heard[0] == Abort("t", stuck=phase is Phase.START)


def test_every_frame_starts_the_silence_clock_anew(bench):
    bench.tell(Sent(True, FailureContext))
    bench.tell(HEARD)
    for _ in range(20):
        bench.stream.put(Batch(frames=["x"], block=b"x"))
        bench.wait(29)
    assert bench.outcome is None
    bench.wait(2)
    assert bench.outcome.phase is Phase.SILENCE


def test_tools_and_questions_rest_the_clock_until_the_last_is_done(bench):
    question = Question(request_id="q", kind="can_use_tool", inquiry=None)
    bench.tell(
        Sent(True, FailureContext), HEARD, Meant(ToolsOpened(ids=("a", "b"))), Meant(question)
    )
    bench.wait(500)
    bench.tell(Meant(ToolsClosed(ids=("a", "b"))))
    bench.wait(100)
    assert bench.outcome is None
    bench.tell(Meant(QuestionWithdrawn(request_id="q")))
    bench.wait(31)
    assert bench.outcome.phase is Phase.SILENCE


def test_a_model_that_goes_on_has_no_tools_pending_from_before(bench):
    went_on = Meant(ToolsOpened(ids=(), anew=True))
    bench.tell(Sent(True, FailureContext), HEARD, Meant(ToolsOpened(ids=("a",))), went_on)
    bench.wait(31)
    assert bench.outcome.phase is Phase.SILENCE


def test_what_comes_after_the_outcome_changes_nothing(bench):
    bench.tell(Sent(True, FailureContext), HEARD, DONE)
    first = bench.outcome
    with pytest.raises(Exception, match="Request"):
        bench.request.tell(DONE)
    bench.wait(2000)
    assert bench.outcome is first
    assert len(bench.heard) == 1


def test_a_process_that_dies_while_an_interrupt_is_under_way_is_an_unconfirmed_cancel(bench):
    bench.tell(
        Sent(True, FailureContext), Interrupt("t", "enough"), Failed(Crashed("dead", signal=9))
    )
    assert (type(bench.outcome), bench.outcome.confirmed) == (Cancelled, False)
    assert "enough" in str(bench.outcome)


def test_a_request_whose_session_ends_still_has_an_outcome(bench):
    bench.tell(Sent(True, FailureContext))
    bench.session.stop(block=False)
    bench.dispatcher.run_until_idle()
    assert isinstance(bench.outcome, Cancelled)


def test_a_request_that_is_stopped_or_closed_down_still_has_an_outcome():
    for end in (lambda b: b.request.stop(block=False), lambda b: b.dispatcher.close()):
        bench = Bench()
        end(bench)
        if not bench.ticket.outcome.done:
            bench.dispatcher.run_until_idle()
        assert isinstance(bench.outcome, Cancelled)
        bench.dispatcher.close()


def test_a_fault_inside_the_request_is_an_outcome_too(bench):
    bench.tell(Sent(True, FailureContext), Ended("no verdict", "s", FailureContext(), "frame"))
    assert (type(bench.outcome), bench.outcome.code) == (Crashed, "internal_error")
