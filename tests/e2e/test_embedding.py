"""Sessions among other actors: owned, asked and watched by them, and never blocked by them."""

import queue
import threading

import pykka
import pytest

from greenroom import TurnOver
from greenroom.runtime import Actor, Terminated, WouldBlock, handles, watch


class Owner(pykka.ThreadingActor):
    """A stock actor that owns a session, asks it, and is told of its end."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.told = threading.Event()

    def on_start(self):
        watch(self.session.actor_ref, self.actor_ref)

    def on_receive(self, message):
        if isinstance(message, Terminated):
            self.reason = message.reason
            self.told.set()

    def ask(self, prompt):
        return self.session.ask(prompt).text(20)

    def on_stop(self):
        self.session.stop()


@pytest.fixture(name="session")
def _session(open_session):
    return open_session()


@pytest.fixture(name="owner")
def _owner(session):
    owner = Owner.start(session)
    yield owner
    owner.stop()


def test_a_stock_actor_owns_a_session_and_hears_of_its_end(owner):
    proxy = owner.proxy()
    assert proxy.ask("hello").get(timeout=20) == "You said: hello"
    told = proxy.told.get()
    proxy.session.get().stop()
    assert told.wait(5)
    assert proxy.reason.get().clean


def test_the_session_of_an_actor_that_stops_is_gone_with_it(owner, session):
    assert owner.proxy().ask("hello").get(timeout=20) == "You said: hello"
    owner.stop()
    assert (session.info.phase, session.info.pid) == ("stopped", None)


class Asker(Actor):
    """An actor on the dispatcher of its session, where nothing may block."""

    def __init__(self, session, told):
        super().__init__()
        self.session = session
        self.told = told

    @handles(TurnOver)
    def _on_turn_over(self, message):
        self.told.put((message.turn_id, message.outcome.text))

    @handles(str)
    def _on_prompt(self, prompt):
        turn = self.session.ask(prompt)
        try:
            turn.result()
        except WouldBlock:
            turn.notify(self.actor_ref)
            return turn.id
        raise AssertionError("it blocked the dispatcher")


def test_an_actor_on_the_dispatcher_may_not_wait_and_is_told_the_outcome(system, session):
    told = queue.SimpleQueue()
    asker = Asker.start(session, told, dispatcher=system.dispatcher)
    turn_id = asker.ask("hello", timeout=5)
    assert told.get(timeout=20) == (turn_id, "You said: hello")
    asker.stop()
