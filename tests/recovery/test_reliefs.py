"""A slow reader that catches up while its turn waits for another process is not forgotten."""

from __future__ import annotations

import pytest

from greenroom import Backlog, Deadlines, Recovery
from greenroom.runtime import Backoff, Future
from greenroom.session.messages import Submit
from greenroom.testing import factories
from greenroom.turn import Relief, Stream, Ticket

PAUSING = Recovery(intensity=4, period=1e6, backoff=Backoff(first=10, base=10, jitter=0.0))
HALF_A_MINUTE = Deadlines(start=1e6, first_event=1e6, silence=30, interrupt=10)


class Reading:
    """A turn that may be asked twice, and its reader, who rests after each look."""

    def __init__(self, host, session):
        self.outcome = Future(host.dispatcher)
        self._host, self._session = host, session
        self.stream = Stream(
            Backlog(memory=100_000, patience=20.0),
            on_relief=lambda: session.ref.tell(Relief("t")),
            dispatcher=host.dispatcher,
            keeper=session.backend.keeper(),
        )
        self.batches = self.stream.batches()
        ticket = Ticket(
            "t", "hi", {}, HALF_A_MINUTE, False, self.stream, self.outcome, idempotent=True
        )
        session.tell(Submit(ticket))

    def strain(self):
        """Have its process say more than the reader reads."""
        self._session.process.say(factories.assistant_text("first"))
        next(self.batches)
        while not self.stream.strained:
            self._session.process.say(factories.assistant_text("x" * 1000))

    def catch_up(self):
        while self.stream.strained:
            next(self.batches)
        self._host.dispatcher.run_until_idle()


@pytest.fixture(name="reading")
def _reading(host):
    """A turn whose reader caught up while it waited to be asked again."""
    session = host.session(recovery=PAUSING)
    reading = Reading(host, session)
    session.greet().process.begin()
    reading.strain()
    session.process.kill()
    assert session.info.phase == "recovering"
    reading.catch_up()
    host.advance(11)
    session.greet().process.begin()
    yield reading
    reading.batches.close()


def test_the_process_that_is_asked_next_may_not_fall_silent(host, reading):
    session = host.sessions[-1]
    session.process.say(factories.tool_use(), factories.tool_result())
    host.advance(29)
    assert not reading.outcome.done
    host.advance(2)
    assert reading.outcome.get(timeout=0).code == "timed_out"


def test_what_the_next_process_says_is_its_answer(host, reading):
    host.sessions[-1].answer("at last")
    assert reading.outcome.get(timeout=0).text == "at last"
