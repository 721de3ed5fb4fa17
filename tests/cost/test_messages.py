"""What a message between actors costs, and an actor's life, in calls of both sides.

The dispatcher is stepped by hand: with two threads it would depend on them how often one of them
wakes the other.
"""

from __future__ import annotations

import pytest

from greenroom.runtime import Actor, LoopDispatcher, ManualDispatcher, handles
from tests.cost.census import at_most

MANY = 1_000
FEW = 100


class Stepped(ManualDispatcher):
    """Gives an actor as many messages a turn as the real one."""

    drain_limit = LoopDispatcher.drain_limit


class Echo(Actor):
    """Answers what it is asked."""

    mailbox_bound = None

    @handles(str)
    def _on_text(self, text):
        return text


@pytest.fixture(name="dispatcher")
def _dispatcher():
    with Stepped() as dispatcher:
        yield dispatcher


@pytest.fixture(name="echo")
def _echo(dispatcher):
    return Echo.start(dispatcher=dispatcher)


def test_to_tell_and_to_handle_it_take_three_calls(dispatcher, echo, census):
    with census.counting():
        for _ in range(MANY):
            echo.tell("x")
        dispatcher.run_until_idle()
    at_most(3.3 * MANY, census.here.python, f"{MANY} messages, in Python")
    at_most(4.3 * MANY, census.here.c, f"{MANY} messages, in C")


def test_to_ask_and_to_answer_take_few_calls(dispatcher, echo, census):
    with census.counting():
        answers = [echo.ask("x", block=False) for _ in range(MANY)]
        dispatcher.run_until_idle()
        for answer in answers:
            answer.get()
    at_most(13 * MANY, census.here.python, f"{MANY} questions, in Python")
    at_most(10 * MANY, census.here.c, f"{MANY} questions, in C")


@pytest.mark.parametrize("count", [FEW, 10 * FEW])
def test_a_life_costs_the_same_among_few_and_among_many(dispatcher, census, count):
    with census.counting():
        actors = [Echo.start(dispatcher=dispatcher) for _ in range(count)]
        ends = [actor.stop(block=False) for actor in actors]
        dispatcher.run_until_idle()
        for end in ends:
            end.get()
    at_most(78 * count, census.here.python, f"{count} lives, in Python")
    at_most(31 * count, census.here.c, f"{count} lives, in C")
