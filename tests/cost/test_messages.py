"""What a message between actors costs, and an actor's life, in calls."""

from __future__ import annotations

import pytest

from greenroom.runtime import Actor, LoopDispatcher, handles
from tests.cost.census import at_most

MANY = 1_000
LIVES = 100


class Echo(Actor):
    """Answers what it is asked."""

    mailbox_bound = None

    @handles(str)
    def _on_text(self, text):
        return text


@pytest.fixture(name="dispatcher")
def _dispatcher(census):
    del census  # which sees threads that start after it
    with LoopDispatcher() as dispatcher:
        yield dispatcher


@pytest.fixture(name="echo")
def _echo(dispatcher):
    echo = Echo.start(dispatcher=dispatcher)
    echo.ask("warm")
    return echo


def test_to_tell_takes_two_calls_and_one_to_handle_it(echo, census):
    with census.counting():
        for _ in range(MANY):
            echo.tell("x")
        echo.ask("done")
    at_most(2.1 * MANY, census.here.python, f"telling {MANY} messages, in Python")
    at_most(2.1 * MANY, census.here.c, f"telling {MANY} messages, in C")
    at_most(1.3 * MANY, census.elsewhere.python, f"handling {MANY} messages, in Python")
    at_most(2.3 * MANY, census.elsewhere.c, f"handling {MANY} messages, in C")


def test_to_ask_takes_few_calls(echo, census):
    with census.counting():
        for _ in range(LIVES):
            echo.ask("x")
    at_most(22 * LIVES, census.here.python, f"asking {LIVES} questions, in Python")
    at_most(21 * LIVES, census.elsewhere.python, f"answering {LIVES} questions, in Python")
    at_most(2 * LIVES, census.elsewhere.system, f"system calls for {LIVES} questions")


@pytest.mark.parametrize("count", [LIVES, 10 * LIVES])
def test_a_life_costs_the_same_among_few_and_among_many(dispatcher, census, count):
    with census.counting():
        actors = [Echo.start(dispatcher=dispatcher) for _ in range(count)]
        ends = [actor.stop(block=False) for actor in actors]
        for end in ends:
            end.get()
    at_most(45 * count, census.here.python, f"starting and stopping {count} actors, in Python")
    at_most(28 * count, census.elsewhere.python, f"ending {count} actors, in Python")
