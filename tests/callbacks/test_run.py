"""One callback, from its start to its result."""

from __future__ import annotations

import asyncio
import threading

import pykka
import pytest

from greenroom.callbacks import CallbackFault, Caller
from greenroom.runtime import Future
from tests.patience import PATIENCE_SECONDS


def told(error, fault=CallbackFault.RAISED):
    """What there is to be known of an error, but for its stack."""
    kind = type(error).__name__
    return fault, kind, str(error) or kind


def test_a_function_runs_on_a_thread_of_the_crew(bench):
    seen = []
    result = bench.run(lambda call: seen.append((call, threading.current_thread().name)) or 7)
    assert (result.value, result.trouble, result.times) == (7, None, 1)
    assert seen[0][1].startswith("test-callbacks")
    assert not seen[0][0].signal.cancelled


def test_a_coroutine_of_a_caller_without_a_loop_runs_on_a_loop_of_the_crew(bench):
    async def answer(_call):
        await asyncio.sleep(0)
        return threading.current_thread().name

    assert bench.run(answer).value == "test-callbacks-loop"


def test_a_coroutine_runs_on_the_loop_of_its_caller(bench, home):
    async def answer(_call):
        await asyncio.sleep(0)
        return asyncio.get_running_loop()

    assert bench.run(answer, home.caller()).value is home.loop


def test_a_function_that_returns_something_to_be_awaited_is_as_good_as_a_coroutine(bench, home):
    async def answer():
        return "awaited"

    assert bench.run(lambda _call: answer(), home.caller()).value == "awaited"


def test_a_callback_of_a_caller_on_a_loop_still_runs_its_function_on_a_thread(bench, home):
    on = bench.run(lambda _call: threading.current_thread(), home.caller()).value
    assert on is not home._thread


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
@pytest.mark.parametrize("coroutine", [False, True])
def test_whatever_a_callback_raises_is_its_result_and_harms_nobody(bench, error, coroutine):
    def fails(_call):
        raise error

    async def fails_later(_call):
        await asyncio.sleep(0)
        raise error

    async def works(_call):
        return "fine"

    trouble = bench.run(fails_later if coroutine else fails).trouble
    assert trouble[:3] == told(error)
    assert f"in {'fails_later' if coroutine else 'fails'}" in trouble.stack
    assert bench.run(lambda _call: 1).value == 1
    assert bench.run(works).value == "fine"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_what_a_coroutine_raises_does_not_end_the_loop_of_its_caller(bench, home, error):
    async def fails(_call):
        raise error

    async def works(_call):
        return "fine"

    assert bench.run(fails, home.caller()).trouble[:3] == told(error)
    assert bench.run(works, home.caller()).value == "fine"


def leaving(made):
    """A callback that leaves its coroutine to whoever called it, and in `made`."""

    async def answer():
        return None

    def callback(_call):
        made.append(answer())
        return made[0]

    return callback


def test_a_coroutine_whose_callers_loop_is_closed_cannot_be_run_and_is_closed(bench, home):
    caller = home.caller()
    home.close()
    made = []
    result = bench.run(leaving(made), caller)
    assert result.fault is CallbackFault.UNREACHABLE
    assert "event loop is gone" in result.trouble.text
    assert made[0].cr_frame is None  # closed, so that nobody warns of it


def test_a_coroutine_whose_callers_loop_does_not_run_is_refused_at_once(bench, home):
    caller, made = home.caller(), []
    home.stop()
    assert not home.loop.is_closed()
    result = bench.run(leaving(made), caller)
    assert result.fault is CallbackFault.UNREACHABLE
    assert "does not run" in result.trouble.text
    assert made[0].cr_frame is None  # closed, so that nobody warns of it


def test_a_coroutine_whose_loop_ends_meanwhile_has_its_result(bench):
    begun, waiting = threading.Event(), threading.Event()
    callers = []

    async def answer(_call):
        begun.set()
        await asyncio.Event().wait()

    async def program():
        callers.append(Caller.here())
        waiting.set()
        await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)

    thread = threading.Thread(target=asyncio.run, args=(program(),))
    thread.start()
    assert waiting.wait(PATIENCE_SECONDS)
    result = bench.run(answer, callers[0])
    thread.join(PATIENCE_SECONDS)
    assert result.trouble.kind == "CancelledError"


def test_a_future_of_greenroom_is_waited_for_by_nobody(bench):
    future, runs = Future(), []
    runs.extend(
        bench.start(lambda _call: future) for _ in range(100)
    )  # more than there are threads
    assert bench.run(lambda _call: "free").value == "free"
    assert not any(run.result.is_here for run in runs)
    future.settle("answer")
    assert {run.result.wait().value for run in runs} == {"answer"}


def test_a_future_of_greenroom_that_fails_is_a_callback_that_raised(bench):
    future, error = Future(), LookupError("gone")
    run = bench.start(lambda _call: future)
    future.fail(error)
    assert run.result.wait().trouble[:3] == told(error)


def test_a_future_that_is_answered_elsewhere_is_looked_at_on_a_thread_of_the_crew(bench):
    future, looked, kept = Future(), threading.Event(), []

    def finish(result):
        kept.append((result, threading.current_thread().name))
        assert looked.wait(PATIENCE_SECONDS)
        return "finished"

    run = bench.start(lambda _call: future, finish=finish)
    foreign = threading.Thread(target=future.settle, args=("answer",), name="foreign")
    foreign.start()
    foreign.join(PATIENCE_SECONDS)
    assert not foreign.is_alive()  # whoever answers has other things to do
    looked.set()
    assert run.result.wait().value == "finished"
    [(answer, thread)] = kept
    assert (answer, thread.startswith("test-callbacks")) == ("answer", True)
    assert run.result.thread == thread


def test_a_future_that_is_answered_when_the_crew_is_gone_cannot_be_looked_at(bench, crew):
    future = Future()
    run = bench.start(lambda _call: future)
    bench.run(lambda _call: 1)  # the first was run before
    crew.close(PATIENCE_SECONDS)
    future.settle("answer")
    assert run.result.wait().fault is CallbackFault.UNREACHABLE


def test_a_future_that_computes_its_answer_when_it_is_asked_is_asked(bench):
    future = Future()
    run = bench.start(lambda _call: future.map(lambda answer: answer + 1))
    future.settle(1)
    assert run.result.wait().value == 2


class Shop(pykka.ThreadingActor):
    """An actor of `pykka`'s own, which is asked something."""

    free = threading.Event()

    def on_receive(self, message):
        assert self.free.wait(PATIENCE_SECONDS)
        if isinstance(message, Exception):
            raise message
        return f"{message}, please"


@pytest.fixture(name="shop")
def _shop():
    Shop.free = threading.Event()
    shop = Shop.start()
    yield shop
    Shop.free.set()
    shop.stop()


@pytest.mark.parametrize("at_home", [False, True])
def test_an_answer_of_another_pykka_actor_is_waited_for_beside_every_loop(
    bench, home, shop, at_home
):
    async def works(_call):
        return "fine"

    caller = home.caller() if at_home else None
    run = bench.start(lambda _call: shop.ask("tea", block=False), caller)
    assert bench.run(works, caller).value == "fine"
    assert not run.result.is_here
    Shop.free.set()
    assert run.result.wait().value == "tea, please"
    assert run.result.thread.startswith("test-callbacks-worker")


def test_a_pykka_actor_that_fails_is_a_callback_that_raised(bench, shop):
    Shop.free.set()
    error = LookupError("no tea")
    trouble = bench.run(lambda _call: shop.ask(error, block=False)).trouble
    assert trouble[:3] == told(error)


# --- what becomes of a result --------------------------------------------------------------------


@pytest.mark.parametrize("how", ["function", "coroutine", "future", "pykka"])
def test_a_result_is_finished_beside_the_actors_whichever_way_it_came(bench, how):
    future, theirs = Future(), pykka.ThreadingFuture()
    future.settle(20)
    theirs.set(20)

    async def later():
        return 20

    returned = {
        "function": lambda _call: 20,
        "coroutine": lambda _call: later(),
        "future": lambda _call: future,
        "pykka": lambda _call: theirs,
    }
    result = bench.run(returned[how], finish=lambda value: (value + 1, threading.current_thread()))
    value, thread = result.value
    assert (value, result.times) == (21, 1)
    assert thread.name.startswith("test-callbacks")


@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(3), KeyboardInterrupt(), GeneratorExit("gone")], ids=repr
)
@pytest.mark.parametrize("coroutine", [False, True])
def test_what_cannot_be_made_an_answer_is_a_bad_one(bench, error, coroutine):
    async def later():
        return 1

    def finish(_result):
        raise error

    result = bench.run(lambda _call: later() if coroutine else 1, finish=finish)
    assert result.trouble[:3] == told(error, CallbackFault.BAD_ANSWER)
    assert (result.value, result.times) == (None, 1)
    assert bench.run(lambda _call: later()).value == 1


# --- cancelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize("at_home", [False, True])
def test_a_coroutine_that_is_cancelled_is_stopped(bench, home, at_home):
    begun = threading.Event()

    async def answer(_call):
        begun.set()
        await asyncio.Event().wait()

    run = bench.start(answer, home.caller() if at_home else None)
    assert begun.wait(PATIENCE_SECONDS)
    run.cancel("enough")
    assert run.result.wait().trouble.kind == "CancelledError"
    assert (run.signal.cancelled, run.signal.reason) == (True, "enough")


def test_a_function_that_is_cancelled_sees_its_signal(bench):
    begun = threading.Event()

    def answer(call):
        begun.set()
        return call.signal.wait(PATIENCE_SECONDS), call.signal.reason

    run = bench.start(answer)
    assert begun.wait(PATIENCE_SECONDS)
    run.cancel("enough")
    assert run.result.wait().value == (True, "enough")


def test_a_coroutine_that_catches_its_cancellation_may_still_end_as_it_likes(bench):
    begun = threading.Event()

    async def answer(_call):
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "tidied up"

    run = bench.start(answer)
    assert begun.wait(PATIENCE_SECONDS)
    run.cancel("enough")
    assert run.result.wait().value == "tidied up"
    assert run.result.times == 1


def test_a_callback_that_was_cancelled_before_its_start_is_not_called(bench):
    called = []
    run = bench.prepare(called.append)
    run.cancel("the turn is over")
    bench.runner.start(run)
    trouble = run.result.wait().trouble
    assert trouble.fault is CallbackFault.UNREACHABLE
    assert "the turn is over" in trouble.text
    assert called == []


def test_a_coroutine_that_was_made_when_nobody_waited_any_more_is_stopped_at_once(bench):
    beyond = []

    async def answer():
        await asyncio.sleep(0)
        beyond.append(1)

    def callback(call):
        call.signal.cancel("too late")
        return answer()

    assert bench.run(callback).trouble.kind == "CancelledError"
    assert beyond == []
