from __future__ import annotations

import os
import threading
import time

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import DispatcherClosed, Future, LoopDispatcher
from greenroom.runtime.dispatcher import loop as loop_module


def test_one_thread_serves_until_the_end_and_none_afterwards():
    before = set(threading.enumerate())
    dispatcher = LoopDispatcher(name="mine")
    (thread,) = set(threading.enumerate()) - before
    assert thread.name == "mine"
    assert thread.daemon
    dispatcher.close()
    assert set(threading.enumerate()) == before


def test_worker_threads_are_joined(loop):
    started = threading.Event()
    loop.run_in_worker(started.set, then=lambda *_: None)
    assert started.wait(5)
    loop.close()
    assert not any("worker" in thread.name for thread in threading.enumerate())


def test_a_timer_fires_after_its_delay_and_not_before(loop):
    moments, done = [], threading.Event()
    asked = loop.clock.now()
    loop.call_later(0.02, lambda: (moments.append(loop.clock.now()), done.set()))
    assert done.wait(5)
    assert moments[0] - asked >= 0.02


def test_timers_fire_by_moment_whatever_the_order_of_asking(loop):
    fired, done = [], threading.Event()
    loop.call_later(0.03, lambda: (fired.append("late"), done.set()))
    loop.call_later(0.01, fired.append, "early")
    assert done.wait(5)
    assert fired == ["early", "late"]


def test_a_timer_cancelled_from_another_thread_does_not_fire(loop):
    fired, done = [], threading.Event()
    loop.call_later(0.01, fired.append, 1).cancel()
    loop.call_later(0.02, done.set)
    assert done.wait(5)
    assert fired == []


@pytest.mark.parametrize("delay", [0, -1.0, float("nan")])
def test_a_delay_that_is_none_means_now(loop, delay):
    done = threading.Event()
    loop.call_later(delay, done.set)
    assert done.wait(5)


def test_an_idle_dispatcher_uses_no_processor(loop):
    done = threading.Event()
    loop.call_soon(done.set)
    assert done.wait(5)
    do_round = loop._do_round
    counted = []
    loop._do_round = lambda: (counted.append(1), do_round())
    loop.call_later(0.05, done.clear)
    deadline = time.monotonic() + 5
    while done.is_set() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(counted) <= 2  # one to learn of the timer, one to fire it


def test_a_flood_of_calls_does_not_delay_a_pipe(loop):
    reader, writer = os.pipe()
    done = threading.Event()

    def flood():
        if not done.is_set():
            loop.call_soon(flood)

    def read():
        loop.remove_reader(reader)
        done.set()

    for _ in range(100):
        loop.call_soon(flood)
    loop.call_soon(loop.add_reader, reader, read)
    os.write(writer, b"x")
    assert done.wait(5)
    loop.close()
    os.close(reader)
    os.close(writer)


def test_a_chain_of_calls_longer_than_a_turn_is_gone_through(loop):
    def link(number):
        if number:
            loop.call_soon(link, number - 1)
        else:
            done.set()

    done = threading.Event()
    loop.call_soon(link, 500)
    assert done.wait(5)


def test_a_timer_set_by_a_readiness_callback_fires(loop):
    def read():
        loop.remove_reader(reader)
        loop.call_later(0.001, done.set)

    reader, writer = os.pipe()
    done = threading.Event()
    loop.call_soon(loop.add_reader, reader, read)
    os.write(writer, b"x")
    assert done.wait(5)
    os.close(reader)
    os.close(writer)


def test_a_flood_of_calls_does_not_delay_a_timer(loop):
    done = threading.Event()

    def flood():
        if not done.is_set():
            loop.call_soon(flood)

    loop.call_soon(flood)
    loop.call_later(0.001, done.set)
    assert done.wait(5)


def test_closing_waits_for_work_that_runs_and_delivers_its_result(loop):
    outcomes, begun, gate = [], threading.Event(), threading.Event()

    def work():
        begun.set()
        gate.wait(5)
        return "born"

    loop.run_in_worker(work, then=lambda *outcome: outcomes.append(outcome))
    assert begun.wait(5)
    threading.Timer(0.01, gate.set).start()
    loop.close()
    assert outcomes == [("born", None)]


def test_closing_abandons_work_that_does_not_return(loop):
    begun, gate = threading.Event(), threading.Event()
    loop.run_in_worker(lambda: (begun.set(), gate.wait(5)), then=lambda *_: None)
    assert begun.wait(5)
    with capture_logs() as logs:
        loop.close(timeout_seconds=0.01)
    gate.set()
    assert [log["event"] for log in logs] == ["worker_abandoned"]


def test_closing_a_dispatcher_that_is_blocked_says_so_and_can_be_repeated(loop):
    begun, gate = threading.Event(), threading.Event()
    loop.call_soon(lambda: (begun.set(), gate.wait(5)))
    assert begun.wait(5)
    with pytest.raises(TimeoutError, match="did not come back"):
        loop.close(timeout_seconds=0.01)
    gate.set()
    loop.close()
    assert "closed" in repr(loop)


def test_closing_from_a_worker_is_an_error(loop):
    outcomes, done = [], threading.Event()
    loop.run_in_worker(loop.close, then=lambda *outcome: (outcomes.append(outcome), done.set()))
    assert done.wait(5)
    assert isinstance(outcomes[0][1], RuntimeError)


def test_descriptors_are_watched_from_the_dispatchers_thread_only(loop):
    with pytest.raises(RuntimeError, match="call_soon"):
        loop.add_reader(0, print)
    with pytest.raises(RuntimeError, match="call_soon"):
        loop.add_writer(1, print)


def test_many_threads_may_close_at_once():
    dispatcher = LoopDispatcher()
    threads = [threading.Thread(target=dispatcher.close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert "closed" in repr(dispatcher)


def test_a_thread_that_inherits_the_identity_of_the_dispatchers_is_not_taken_for_it():
    dispatcher, current = LoopDispatcher(), []
    ident = dispatcher._ident
    dispatcher.close()
    for _ in range(50):  # the system gives away the free identity soon, mostly at once
        thread = threading.Thread(target=lambda: current.append(dispatcher.is_current()))
        thread.start()
        inherited = thread.ident == ident
        thread.join()
        if inherited:
            break
    assert not any(current)


# --- wake-ups -------------------------------------------------------------------------------


def on(dispatcher, call):
    """Make a call on the dispatcher; return what it returns."""
    done = Future(dispatcher)
    dispatcher.call_soon(lambda: done.settle(call()))
    return done.get(timeout=5)


def test_threads_are_roused_when_the_round_is_over(loop):
    order, roused = [], threading.Event()

    def ready():
        loop.rouse(lambda: (order.append("roused"), roused.set()))
        loop.call_soon(order.append, "called in the same round")
        order.append("done")

    loop.call_soon(ready)
    assert roused.wait(5)
    assert order == ["done", "called in the same round", "roused"]


def test_from_another_thread_a_thread_is_roused_at_once(loop):
    roused = []
    loop.rouse(lambda: roused.append(threading.current_thread()))
    assert roused == [threading.current_thread()]


def test_a_rousing_that_fails_keeps_none_of_the_others_asleep(loop):
    roused = threading.Event()
    with capture_logs() as logs:
        loop.call_soon(lambda: [loop.rouse(wake) for wake in (_fail, roused.set)])
        assert roused.wait(5)
    assert [log["event"] for log in logs] == ["callback_failed"]


def _fail():
    raise RuntimeError("no such thread")


class Pipes:
    """Pipes that a dispatcher reads, and when it did."""

    def __init__(self, dispatcher, number):
        self.dispatcher = dispatcher
        self.ends = [os.pipe() for _ in range(number)]
        self.read = []
        on(dispatcher, lambda: [self._watch(reader) for reader, _ in self.ends])

    def _watch(self, reader):
        self.dispatcher.add_reader(reader, lambda: self._take(reader))

    def _take(self, reader):
        os.read(reader, 1)
        self.read.append((reader, self.dispatcher.rounds))

    def write(self, number):
        os.write(self.ends[number][1], b"x")

    def close(self):
        on(self.dispatcher, lambda: [self.dispatcher.remove_reader(end) for end, _ in self.ends])
        for pair in self.ends:
            for end in pair:
                os.close(end)


class Counted(LoopDispatcher):
    """Counts its rounds, and has plenty of time between them."""

    rounds = 0

    def _do_round(self):
        super()._do_round()
        self.rounds += 1


@pytest.fixture(name="pipes", params=[100, 10])
def _pipes(request, monkeypatch):
    monkeypatch.setattr(loop_module, "_REST_MILLISECONDS", 500)
    monkeypatch.setattr(loop_module, "_REST_SECONDS", 0.5)
    with Counted() as dispatcher:
        pipes = Pipes(dispatcher, request.param)
        yield pipes
        pipes.close()


def eventually(holds):
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_where_many_descriptors_are_watched_one_round_serves_those_of_a_while(pipes):
    pipes.write(0)
    eventually(lambda: len(pipes.read) == 1)
    for number in range(1, 5):
        pipes.write(number)
        time.sleep(0.005)
    eventually(lambda: len(pipes.read) == 5)
    rounds = {round_ for _, round_ in pipes.read[1:]}
    assert len(rounds) == 1 if len(pipes.ends) == 100 else len(rounds) > 1


def test_a_call_waits_for_no_descriptors(pipes):
    for number in range(2):
        pipes.write(number)
        eventually(lambda number=number: len(pipes.read) > number or len(pipes.ends) == 100)
        since = time.monotonic()
        on(pipes.dispatcher, lambda: None)
        assert time.monotonic() - since < 0.4


def test_who_says_that_there_is_more_to_read_is_served_without_a_pause(pipes):
    on(pipes.dispatcher, pipes.dispatcher.look_again)
    pipes.write(0)
    eventually(lambda: len(pipes.read) == 1)
    on(pipes.dispatcher, lambda: None)
    since = time.monotonic()
    on(pipes.dispatcher, pipes.dispatcher.look_again)
    pipes.write(1)
    eventually(lambda: len(pipes.read) == 2)
    assert time.monotonic() - since < 0.4


# --- the end --------------------------------------------------------------------------------


def test_no_descriptor_is_served_once_the_queue_takes_nothing_any_more(loop):
    reader, writer = os.pipe()
    refused = []

    def read():
        try:
            loop.call_later(1, print)
        except DispatcherClosed as error:
            refused.append(error)

    on(loop, lambda: loop.add_reader(reader, read))
    os.write(writer, b"x")
    loop.close()
    os.close(reader)
    os.close(writer)
    assert refused == []


def test_a_fault_of_the_dispatcher_itself_leaves_nobody_waiting(loop, record):
    ref, _ = record(loop)
    answer = Future(loop)
    with capture_logs() as logs:
        loop._look_at_timers = _fail
        loop.call_later(0, answer.settle)
        eventually(lambda: not ref.is_alive())
    with pytest.raises(pykka.ActorDeadError):
        ref.ask("anybody there?", timeout=5)
    assert "dispatcher_failed" in [log["event"] for log in logs]
    loop.close()
