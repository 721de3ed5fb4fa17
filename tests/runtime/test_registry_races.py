"""Many threads, one name (N1, N5, N6); and many ends, each watched or not watched any more (M3)."""

from __future__ import annotations

import sys
import threading
from itertools import count

import pytest

from greenroom.runtime import (
    Actor,
    AlreadyStarted,
    LoopDispatcher,
    Registry,
    Terminated,
    handles,
)
from greenroom.runtime.stop_flag import StopFlag

THREADS = 100


class Clerk(Actor):
    """Counts its births."""

    births = count()

    def __init__(self):
        super().__init__()
        next(self.births)

    def on_start(self):
        """Make the start a round trip to the dispatcher."""


@pytest.fixture
def names():
    return Registry()


@pytest.fixture
def births(monkeypatch):
    monkeypatch.setattr(Clerk, "births", count())
    return lambda: int(repr(Clerk.births).removeprefix("count(").removesuffix(")"))


@pytest.fixture
def _tiny_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def race(attempt, threads=THREADS):
    """Let many threads call `attempt(number)` at once; return what came of it."""
    results, line = [], threading.Barrier(threads)

    def run(number):
        line.wait(20)
        try:
            results.append(attempt(number))
        except (AlreadyStarted, ValueError) as error:
            results.append(error)

    racers = [threading.Thread(target=run, args=[number]) for number in range(threads)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(30)
    assert len(results) == threads
    return results


@pytest.mark.usefixtures("_tiny_switches")
def test_n1_of_a_hundred_threads_one_wins_and_the_others_start_nothing(loop, names, births):
    results = race(lambda _number: names.start("clerk", Clerk, dispatcher=loop))
    losers = [result for result in results if isinstance(result, AlreadyStarted)]
    (winner,) = [result for result in results if result not in losers]
    assert len(losers) == THREADS - 1
    assert {loser.ref for loser in losers} == {winner}
    assert births() == 1
    assert loop.live_actors() == (winner,)
    assert len(names) == 1


@pytest.mark.usefixtures("_tiny_switches")
def test_n1_if_the_first_start_fails_the_next_one_is_made(loop, names, births):
    attempts = count()

    def start():
        if next(attempts) < 10:
            raise ValueError("not yet")
        return Clerk.start(dispatcher=loop)

    results = race(lambda _number: names.start("clerk", start))
    kinds = [type(result) for result in results]
    assert kinds.count(ValueError) == 10
    assert kinds.count(AlreadyStarted) == THREADS - 11
    assert births() == 1
    assert len(names) == 1


@pytest.mark.usefixtures("_tiny_switches")
def test_n1_of_a_hundred_actors_that_name_themselves_one_succeeds(loop, names):
    actors = [Clerk.start(dispatcher=loop)._actor_weakref() for _ in range(THREADS)]
    results = race(lambda number: number if names.register_name("clerk", actors[number]) else None)
    (winner,) = [result for result in results if result is not None]
    assert names.whereis("clerk") is actors[winner].actor_ref
    assert sum(len(StopFlag.of(actor.actor_ref).ties) for actor in actors) == 1


def test_n1_on_a_dispatcher_nobody_waits_for_another_start(loop, names):
    """It would stop every actor there, the one that is being started perhaps among them."""

    class Impatient(Actor):
        def on_receive(self, _message):
            try:
                names.start("clerk", Clerk)
            except AlreadyStarted as error:
                return error

    begun, go_on = threading.Event(), threading.Event()

    def start_slowly():
        begun.set()
        assert go_on.wait(20)
        return Clerk.start(dispatcher=loop)

    starter = threading.Thread(target=names.start, args=["clerk", start_slowly])
    starter.start()
    assert begun.wait(20)
    impatient = Impatient.start(dispatcher=loop)
    refused = impatient.ask("go", timeout=20)
    assert refused.ref is None
    assert names.whereis("clerk") is None
    go_on.set()
    starter.join(20)
    assert impatient.ask("go", timeout=20).ref is names.whereis("clerk")


@pytest.mark.usefixtures("_tiny_switches")
def test_n5_while_actors_come_and_go_no_lookup_returns_a_dead_one(loop, names):
    over, dead, wrong = threading.Event(), set(), []

    def look():
        while not over.is_set():
            before = frozenset(dead)
            found = names.whereis("clerk")
            if found in before:
                wrong.append(found)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    for _ in range(300):
        ref = names.start("clerk", Clerk, dispatcher=loop)
        ref.stop()
        dead.add(ref)
    over.set()
    for looker in lookers:
        looker.join(20)
    assert wrong == []
    assert len(names) == 0


class Guard(Actor):
    """Watches what it is given, and unwatches it again while that is dying."""

    mailbox_bound = None

    def __init__(self):
        super().__init__()
        self.given_up = set()
        self.told_late = 0

    @handles(Terminated)
    def on_terminated(self, news):
        self.told_late += news.ref.actor_urn in self.given_up

    @handles(tuple)
    def meet(self, pair):
        target, how = pair
        self.watch(target)
        target.stop(block=False)
        for _ in range(how):  # from "at once" to "when it is long dead"
            target.is_alive()
        self.unwatch(target)
        self.given_up.add(target.actor_urn)

    @handles(str)
    def report(self, _question):
        return self.told_late, len(StopFlag.of(self.actor_ref).ties)


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("_tiny_switches")
def test_m3_after_unwatching_there_is_no_news_in_ten_thousand_races(loop):
    with LoopDispatcher(name="other") as other:
        guard = Guard.start(dispatcher=loop)
        for number in range(10_000):
            guard.tell((Clerk.start(dispatcher=other), number % 200))
        assert guard.ask("report", timeout=60) == (0, 0)
