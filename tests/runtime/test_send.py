"""Sending: to the dead (P8), to the full, and past the queue."""

from __future__ import annotations

import pykka
import pytest

from greenroom.runtime import Actor, MailboxFull


class Obedient(Actor):
    """Calls what it is sent, with itself."""

    def __init__(self):
        super().__init__()
        self.log = []

    def on_receive(self, message):
        return message(self)


@pytest.fixture
def dead(manual, record):
    """An actor that has ended."""
    ref, _ = record(manual)
    ref.stop(block=False)
    manual.run_until_idle()
    return ref


def test_messages_told_to_the_dead_are_an_error_of_the_sender_p8(dead):
    with pytest.raises(pykka.ActorDeadError, match="Recorder"):
        dead.tell("hello")
    assert dead.signal("hello") is False


def test_an_actor_sends_to_the_dead_without_harm_p8(dead, manual):
    sender = Obedient.start(dispatcher=manual)
    answer = sender.ask(lambda actor: actor.send(dead, "hello"), block=False)
    manual.run_until_idle()
    assert answer.get() is False


def test_an_actor_sends_to_the_living(manual, record):
    ref, seen = record(manual)
    sender = Obedient.start(dispatcher=manual)
    answer = sender.ask(lambda actor: actor.send(ref, "hello"), block=False)
    manual.run_until_idle()
    assert answer.get() is True
    assert seen == ["hello"]


def test_an_actor_that_sends_to_a_full_mailbox_is_told(manual, record):
    full, _ = record(manual)
    sender = Obedient.start(dispatcher=manual)
    answer = sender.ask(lambda actor: actor.send(full, "one more"), block=False)
    for number in range(1000):
        full.tell(number)
    while not answer.done:
        manual.step()
    with pytest.raises(MailboxFull):
        answer.get()


def test_signals_overtake_messages(manual, record):
    ref, seen = record(manual)
    ref.tell("message")
    assert ref.signal("signal") is True
    manual.run_until_idle()
    assert seen == ["signal", "message"]
