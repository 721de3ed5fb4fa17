from __future__ import annotations

import logging

import pytest

from greenroom.runtime import Actor, handles


class Ping:
    """A message."""


class Pong:
    """Another."""


class LoudPing(Ping):
    """One that is a kind of Ping."""


class Player(Actor):
    """Answers with the name of the method that handled the message."""

    @handles(Ping)
    def on_ping(self, message):
        return "Player.on_ping"

    @handles(Pong, int)
    def on_either(self, message):
        return "Player.on_either"

    def on_receive(self, message):
        return "Player.on_receive"


class ByName(Player):
    """Overrides a handler by its name."""

    def on_ping(self, message):
        return "ByName.on_ping"


class ByType(Player):
    """Overrides a handler by its type."""

    @handles(Ping)
    def serve(self, message):
        return "ByType.serve"


class Mixin:
    """Brings a handler along and is no actor."""

    @handles(str)
    def on_text(self, message):
        return "Mixin.on_text"


class Mixed(Mixin, Player):
    """Has the handlers of both."""


@pytest.fixture
def answer(manual):
    """Ask a fresh actor of a class, and return its answer."""

    def answer(actor_class, message):
        future = actor_class.start(dispatcher=manual).ask(message, block=False)
        manual.run_until_idle()
        return future.get()

    return answer


@pytest.mark.parametrize(
    ("actor_class", "message", "handler"),
    [
        (Player, Ping(), "Player.on_ping"),
        (Player, Pong(), "Player.on_either"),
        (Player, 7, "Player.on_either"),
        (Player, "unknown", "Player.on_receive"),
        (Player, LoudPing(), "Player.on_receive"),
        (Player, True, "Player.on_receive"),
        (ByName, Ping(), "ByName.on_ping"),
        (ByName, Pong(), "Player.on_either"),
        (ByType, Ping(), "ByType.serve"),
        (ByType, Pong(), "Player.on_either"),
        (Mixed, "text", "Mixin.on_text"),
        (Mixed, Ping(), "Player.on_ping"),
    ],
)
def test_the_type_of_a_message_decides_who_handles_it(answer, actor_class, message, handler):
    assert answer(actor_class, message) == handler


def test_a_subclass_leaves_its_base_as_it_was(answer):
    assert answer(ByType, Ping()) != answer(Player, Ping())


def test_what_nobody_handles_is_logged_and_dropped(manual, caplog):
    class Deaf(Actor):
        pass

    ref = Deaf.start(dispatcher=manual)
    with caplog.at_level(logging.WARNING, "pykka"):
        ref.tell("hello")
        manual.run_until_idle()
    assert "Unexpected message received by Deaf" in caplog.text
    assert ref.is_alive()


def test_handles_wants_types():
    with pytest.raises(TypeError, match="@handles"):
        handles("Ping")
    with pytest.raises(TypeError, match="@handles"):
        handles()
