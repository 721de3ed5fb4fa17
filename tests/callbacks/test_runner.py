"""The callbacks of one session beside each other: so many at a time."""

from __future__ import annotations

import threading

from greenroom.callbacks import Unreachable
from greenroom.callbacks.runner import MAX_THREADS
from tests.callbacks.conftest import Bench
from tests.patience import PATIENCE_SECONDS


class Full:
    """A runner whose threads are all taken."""

    def __init__(self, bench, number=MAX_THREADS):
        self.free = threading.Event()
        self.running = 0
        self._lock = threading.Lock()
        self._all = threading.Event()
        self.number = number
        self.runs = [bench.start(self.hold) for _ in range(number)]
        assert self._all.wait(PATIENCE_SECONDS)

    def hold(self, _call):
        with self._lock:
            self.running += 1
            if self.running == self.number:
                self._all.set()
        assert self.free.wait(PATIENCE_SECONDS)


def test_32_callbacks_run_beside_each_other_and_the_rest_waits_its_turn(bench):
    full, called = Full(bench), []
    waiting = [bench.start(lambda _call, at=at: called.append(at)) for at in range(10)]
    assert (full.running, called) == (32, [])
    full.free.set()
    for run in (*full.runs, *waiting):
        assert run.result.wait().error is None
    assert sorted(called) == list(range(10))


def test_one_that_hangs_holds_up_no_other(bench):
    never = threading.Event()
    hanging = bench.start(lambda call: call.signal.wait(PATIENCE_SECONDS) and never.set())
    results = [bench.start(lambda _call, at=at: at) for at in range(200)]
    assert [run.result.wait().value for run in results] == list(range(200))
    assert not hanging.result.is_here
    hanging.cancel("the test is over")
    hanging.result.wait()


def test_the_threads_of_one_session_are_not_those_of_another(bench, crew):
    full = Full(bench)
    assert Bench(crew).run(lambda _call: "free").value == "free"
    full.free.set()


def test_one_that_is_cancelled_while_it_waits_is_never_called(bench):
    full, called = Full(bench), []
    waiting = bench.start(called.append)
    waiting.cancel("the turn is over")
    full.free.set()
    assert isinstance(waiting.result.wait().error, Unreachable)
    assert called == []


def test_a_thread_is_free_again_whatever_became_of_its_callback(bench):
    def fails(_call):
        raise SystemExit(1)

    runs = [bench.start(fails) for _ in range(3 * MAX_THREADS)]
    assert all(isinstance(run.result.wait().error, SystemExit) for run in runs)
    Full(bench).free.set()


def test_ten_thousand_that_wait_when_the_crew_closes_are_all_refused(bench, crew):
    full = Full(bench)
    waiting = [bench.start(lambda _call: None) for _ in range(10_000)]
    closing = threading.Thread(target=crew.close, args=(PATIENCE_SECONDS,))
    closing.start()
    while not crew._closed:
        pass
    full.free.set()
    closing.join(PATIENCE_SECONDS)
    assert not closing.is_alive()
    errors = [run.result.wait().error for run in waiting]
    assert any(isinstance(error, Unreachable) for error in errors)
    assert all(error is None or isinstance(error, Unreachable) for error in errors)
    assert {run.result.times for run in waiting} == {1}
