"""G8: a stop of a supervisor, whenever and from wherever it comes."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    IGNORE,
    Actor,
    Backoff,
    ChildSpec,
    Future,
    LoopDispatcher,
    Supervisor,
    SupervisorGone,
)
from tests.supervision.nursery import Boom, Kid

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
WATCHDOG_SECONDS = 5.0


def test_g8_stop_during_the_boot(nursery):
    nursery.waiting["b"] = Future()
    boot = nursery.begin("abc")
    nursery.run()
    boot._ref.stop(block=False)
    nursery.run()
    nursery.waiting["b"].set(Kid.start(nursery.log, "b", dispatcher=nursery.dispatcher))
    assert isinstance(nursery.error(boot), SupervisorGone)
    assert nursery.log == ["start a", "wait b", "start b", "stop b", "stop a"]
    assert nursery.dispatcher.live_actors() == ()


@pytest.mark.parametrize("dynamic", [False, True])
def test_g8_stop_during_a_start_that_comes_to_nothing_waits_as_long_as_for_an_end(nursery, dynamic):
    (nursery.boot_dynamic if dynamic else partial(nursery.boot, ""))()
    nursery.waiting["a"] = Future()
    answer = nursery.supervisor.start_child(nursery.spec("a", shutdown=2))
    nursery.run()
    nursery.stop()
    nursery.dispatcher.advance(1.999)
    assert not nursery.over
    nursery.dispatcher.advance(0.001)
    assert nursery.over
    assert isinstance(nursery.error(answer), SupervisorGone)
    late = Kid.start(nursery.log, "a", dispatcher=nursery.dispatcher)
    nursery.waiting["a"].set(late)
    nursery.run()
    assert not late.is_alive()


@pytest.mark.parametrize("late", [IGNORE, None, Boom()])
def test_g8_a_start_that_fails_late_is_nobody_s_concern(nursery, logs, late):
    nursery.boot("")
    future = nursery.waiting["a"] = Future()
    nursery.supervisor.start_child(nursery.spec("a", shutdown=0))
    nursery.run()
    nursery.stop()
    assert nursery.over
    future.fail(late) if isinstance(late, Boom) else future.set(late)
    nursery.run()
    assert logs == []


def test_g8_a_start_on_a_worker_that_comes_late_is_stopped(loop):
    begun, may, came = threading.Event(), threading.Event(), Future()

    def start():
        begun.set()
        assert may.wait(5)
        ref = Kid.start([], "late", dispatcher=loop)
        came.set(ref)
        return ref

    supervisor = Supervisor.start(dispatcher=loop)
    supervisor.start_child(ChildSpec(id="a", start=start, blocking=True, shutdown=0))
    assert begun.wait(5)
    supervisor.stop(WATCHDOG_SECONDS)
    may.set()
    assert came.get(timeout=5).actor_stopped.wait(WATCHDOG_SECONDS)


def test_g8_a_start_on_a_worker_that_outlasts_the_dispatcher_is_stopped():
    begun, may, came = threading.Event(), threading.Event(), Future()
    dispatcher, other = LoopDispatcher(), LoopDispatcher()

    def start():
        begun.set()
        assert may.wait(5)
        ref = Kid.start([], "late", dispatcher=other)
        came.set(ref)
        return ref

    supervisor = Supervisor.start(dispatcher=dispatcher)
    supervisor.start_child(ChildSpec(id="a", start=start, blocking=True))
    assert begun.wait(5)
    with capture_logs():
        dispatcher.close(timeout_seconds=0.2)
    may.set()
    assert came.get(timeout=5).actor_stopped.wait(WATCHDOG_SECONDS)
    other.close()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("backoff", [Backoff(base=0.0), Backoff(first=1e6, jitter=0.0)])
def test_g8_stop_during_the_restart_loop(nursery, strategy, backoff):
    nursery.boot("ab", strategy=strategy, intensity=10_000, backoff=backoff)
    nursery.failing.add("b")
    nursery.refs()["b"].tell(Boom())
    for _ in range(30):
        nursery.dispatcher.step()
    assert "fail b" in nursery.log
    assert nursery.stop().get() is True
    assert nursery.dispatcher.live_actors() == ()


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_g8_stop_during_a_restart_wave(nursery, strategy):
    nursery.stubborn.add("c")
    nursery.boot(nursery.specs("abc", shutdown=1), strategy=strategy)
    nursery.end("a")
    nursery.log.clear()
    nursery.stop()
    nursery.dispatcher.advance(3)
    assert nursery.over
    assert "start a" not in nursery.log


def test_g8_stop_twice(nursery):
    nursery.stubborn.add("a")
    nursery.boot(nursery.specs("a", shutdown=1))
    first, second = nursery.stop(), nursery.stop()
    nursery.dispatcher.advance(3)
    assert first.get() is True
    assert second.get() is True
    assert nursery.stop().get() is False
    assert nursery.log.count("kill a") == 1


def test_g8_a_stop_overtakes_what_waits(nursery):
    nursery.boot("a")
    asked = [nursery.supervisor.start_child(nursery.spec(number)) for number in range(5)]
    nursery.stop()
    assert nursery.log == ["stop a"]
    assert all(isinstance(nursery.error(one), SupervisorGone) for one in asked)


def test_g8_a_child_being_terminated_is_down_when_that_is_answered_though_a_stop_came(nursery):
    nursery.stubborn.add("a")
    nursery.boot(nursery.specs("a", shutdown=1))
    answer = nursery.supervisor.terminate_child("a")
    nursery.run()
    nursery.stop()
    assert not answer.done
    nursery.dispatcher.advance(3)
    assert nursery.over
    assert answer.get() is None
    assert nursery.log.count("kill a") == 1


class Stopper(Actor):
    """Has its supervisor stopped, from within a handler."""

    def on_receive(self, supervisor):
        return supervisor.actor_ref.stop(block=False)


def test_g8_stop_from_a_child_s_own_handler(loop):
    supervisor = Supervisor.start([ChildSpec.of(Stopper)], dispatcher=loop)
    (info,) = supervisor.which_children().get(timeout=5)
    info.ref.ask(supervisor, timeout=5)
    assert supervisor.actor_ref.actor_stopped.wait(WATCHDOG_SECONDS)


def test_g8_stop_goes_down_into_a_supervisor_that_is_booting(nursery):
    nursery.waiting["b"] = Future()
    boot = nursery.begin([Supervisor.as_child("sub", nursery.specs("ab", shutdown=1))])
    nursery.run()
    boot.cancel()
    nursery.dispatcher.advance(1)
    assert isinstance(nursery.error(boot), SupervisorGone)
    assert nursery.log == ["start a", "wait b", "stop a"]
    assert nursery.dispatcher.live_actors() == ()


def test_g8_stop_from_many_threads(loop):
    supervisor = Supervisor.start([ChildSpec.of(Actor)], dispatcher=loop)
    threads = [threading.Thread(target=supervisor.stop, args=(WATCHDOG_SECONDS,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not supervisor.actor_ref.is_alive()
