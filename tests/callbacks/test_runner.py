"""The callbacks of one session beside each other: so many at a time."""

from __future__ import annotations

import asyncio
import threading

from greenroom.callbacks import CallbackFault
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
        assert run.result.wait().trouble is None
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
    assert waiting.result.wait().fault is CallbackFault.UNREACHABLE
    assert called == []


def test_a_thread_is_free_again_whatever_became_of_its_callback(bench):
    def fails(_call):
        raise SystemExit(1)

    runs = [bench.start(fails) for _ in range(3 * MAX_THREADS)]
    assert {run.result.wait().trouble.kind for run in runs} == {"SystemExit"}
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
    faults = {run.result.wait().fault for run in waiting}
    assert CallbackFault.UNREACHABLE in faults
    assert faults <= {None, CallbackFault.UNREACHABLE}
    assert {run.result.times for run in waiting} == {1}


# --- loops ---------------------------------------------------------------------------------------


async def its_loop(_call):
    """A coroutine that tells where it runs."""
    await asyncio.sleep(0)
    return asyncio.get_running_loop()


def test_the_coroutines_of_one_session_share_a_loop_and_those_of_another_have_theirs(bench, crew):
    other = Bench(crew)
    mine = {bench.run(its_loop).value for _ in range(5)}
    theirs = {other.run(its_loop).value for _ in range(5)}
    assert (len(mine), len(theirs), len(mine | theirs)) == (1, 1, 2)


def test_a_coroutine_that_blocks_its_loop_holds_up_no_other_session(bench, crew):
    begun, free = threading.Event(), threading.Event()

    async def blocks(_call):
        begun.set()
        assert free.wait(PATIENCE_SECONDS)

    run = bench.start(blocks)
    assert begun.wait(PATIENCE_SECONDS)
    assert Bench(crew).run(its_loop).trouble is None
    assert not run.result.is_here
    free.set()
    assert run.result.wait().trouble is None


def test_a_runner_that_is_closed_ends_its_loop_and_what_runs_on_it_and_no_other(bench, crew):
    begun, other = threading.Event(), Bench(crew)

    async def hangs(_call):
        begun.set()
        await asyncio.Event().wait()

    theirs = other.run(its_loop).value
    run = bench.start(hangs)
    assert begun.wait(PATIENCE_SECONDS)
    bench.runner.close()
    assert run.result.wait().trouble.kind == "CancelledError"
    assert other.run(its_loop).value is theirs
    bench.runner.close()  # once more is nothing


def test_a_runner_without_coroutines_has_no_loop(bench, crew):
    assert bench.run(lambda _call: 1).value == 1
    assert crew._loops == []
    bench.runner.close()


def test_a_coroutine_that_comes_back_to_a_closed_runner_opens_no_loop(bench, crew):
    begun, free = threading.Event(), threading.Event()

    def late(call):
        begun.set()
        assert free.wait(PATIENCE_SECONDS)
        return its_loop(call)

    run = bench.start(late)
    assert begun.wait(PATIENCE_SECONDS)
    bench.runner.close()
    free.set()
    assert run.result.wait().fault is CallbackFault.UNREACHABLE
    assert crew._loops == []


class NoFiles(asyncio.DefaultEventLoopPolicy):
    """A machine that has no files left for an event loop."""

    def new_event_loop(self):
        raise OSError(24, "Too many open files")


def test_a_coroutine_for_which_no_loop_can_be_opened_is_refused_and_its_thread_is_given_back(
    bench,
):
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(NoFiles())
    try:
        results = [bench.run(its_loop) for _ in range(5)]
    finally:
        asyncio.set_event_loop_policy(before)
    assert {result.fault for result in results} == {CallbackFault.UNREACHABLE}
    assert "Too many open files" in results[0].trouble.text
    assert bench.run(its_loop).trouble is None
    assert bench.runner._busy >= 0


class Unwilling:
    """A coroutine of a kind of its own that cannot even be closed."""

    def __await__(self):
        yield

    def send(self, _value):
        raise StopIteration

    def throw(self, *_error):
        raise StopIteration

    def close(self):
        raise SystemExit("it will not be closed")


def test_a_thread_is_given_back_once_whatever_cannot_be_closed(bench, home):
    caller = home.caller()
    home.close()
    for _ in range(5):
        assert bench.run(lambda _call: Unwilling(), caller).fault is CallbackFault.UNREACHABLE
    bench.run(lambda _call: 1)
    full, called = Full(bench), []
    waiting = bench.start(called.append)
    assert bench.runner._busy == MAX_THREADS
    assert called == []
    full.free.set()
    waiting.result.wait()
