"""Group J: what many children cost. Calls are counted, so a busy machine changes nothing."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path

import pykka
import pytest
from structlog.testing import capture_logs

import greenroom.runtime.supervision
from greenroom.runtime import Actor, ChildSpec, DynamicSupervisor, ManualDispatcher, Supervisor
from tests.cost.census import Census

OURS = {path.name for path in Path(greenroom.runtime.supervision.__file__).parent.glob("*.py")}
MARGIN = 1.1  # for what happens once


class Idle(Actor):
    """Does nothing."""


class Brief(Actor):
    """Ends when it is told anything."""

    def on_receive(self, _message):
        self.terminate()


class Plain(pykka.ThreadingActor):
    """A stranger's actor, with a thread of its own."""

    use_daemon_thread = True


@pytest.fixture(name="census")
def _census():
    census = Census()
    census.install()
    yield census
    census.remove()


def live_and_die(dispatcher, specs, dynamic):
    """Start all children, then stop the supervisor."""
    kind = DynamicSupervisor if dynamic else Supervisor
    boot = kind.begin(*([] if dynamic else [specs]), dispatcher=dispatcher)
    dispatcher.run_until(lambda: boot.done, 50)
    supervisor = boot.get()
    if dynamic:
        answers = [supervisor.start_child(spec) for spec in specs]
        dispatcher.run_until(lambda: answers[-1].done, 50)
    ended = supervisor.actor_ref.stop(block=False)
    dispatcher.run_until(lambda: ended.done, 50)


def calls_for(census, specs, dynamic, counted=None):
    with ManualDispatcher() as dispatcher, capture_logs(), census.counting():
        live_and_die(dispatcher, specs, dynamic)
    calls = census.here.python
    if counted is None:
        return sum(calls.values())
    return sum(n for name, n in calls.items() if name.partition(":")[0] in counted)


@pytest.mark.parametrize("dynamic", [False, True])
def test_j1_ten_times_the_children_cost_ten_times_the_calls(census, dynamic):
    few, many = (
        calls_for(census, [ChildSpec.of(Idle, id=id_) for id_ in range(count)], dynamic)
        for count in (1_000, 10_000)
    )
    assert many <= 10 * few * MARGIN


@pytest.mark.parametrize("strategy", ["one_for_one", "one_for_all", "rest_for_one"])
def test_j1_a_restart_costs_as_many_calls_as_children_go_along(census, strategy):
    def restart(count):
        with ManualDispatcher() as dispatcher, capture_logs():
            specs = [ChildSpec.of(Brief, id=id_) for id_ in range(count)]
            Supervisor.start(specs, strategy=strategy, dispatcher=dispatcher)
            first = dispatcher.live_actors()[1]
            with census.counting():
                first.tell("end")
                dispatcher.run_until_idle()
        return sum(census.here.python.values())

    few, many = restart(100), restart(1_000)
    assert many <= (1 if strategy == "one_for_one" else 10) * few * MARGIN


@pytest.mark.parametrize("dynamic", [False, True])
def test_j1_plain_actors_cost_us_a_call_more_for_each(census, dynamic):
    """What pykka does to each of them grows with their number: its registry is a list (P10)."""
    few, many = (
        calls_for(census, [ChildSpec.of(Plain, id=id_) for id_ in range(count)], dynamic, OURS)
        for count in (20, 200)
    )
    assert many <= 10 * few * MARGIN


def test_j1_ten_thousand_children_on_a_thread(loop):
    specs = [ChildSpec.of(Idle, id=id_) for id_ in range(10_000)]
    with Supervisor.start(specs, dispatcher=loop) as supervisor:
        assert supervisor.count_children().get(timeout=10).active == 10_000
    assert loop.live_actors() == ()


def test_j1_the_memory_of_a_supervisor_does_not_grow_with_the_children_it_had(manual):
    supervisor = DynamicSupervisor.start(dispatcher=manual)

    def lives(count):
        for _ in range(count):
            child = supervisor.start_child(ChildSpec.of(Brief, restart="temporary"))
            manual.run_until_idle()
            child.get().tell("end")
            manual.run_until_idle()
        gc.collect()
        return sys.getallocatedblocks()

    before = lives(200)
    assert lives(5_000) - before < 500


@pytest.mark.parametrize("dynamic", [False, True])
def test_a_supervisor_that_has_ended_leaves_nothing_to_the_garbage_collector(dynamic):
    kept = Kept()
    freed = weakref.ref(kept)
    gc.disable()
    try:
        with ManualDispatcher() as dispatcher, capture_logs():
            live_and_die(dispatcher, [ChildSpec(id=1, start=kept.start)], dynamic)
        del kept
        assert freed() is None
    finally:
        gc.enable()


class Kept:
    """What a specification refers to."""

    def start(self):
        return Idle.start()
