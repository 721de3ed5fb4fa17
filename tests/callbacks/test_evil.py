"""Callbacks whose results and errors do harm to whoever looks at them."""

from __future__ import annotations

import asyncio
import threading

import pytest

from greenroom.callbacks import CallbackFault, Trouble
from greenroom.callbacks.runner import MAX_THREADS
from greenroom.runtime import Future
from tests import evil
from tests.patience import PATIENCE_SECONDS

LONGEST = 10_000
EVIL = pytest.mark.parametrize("kind", evil.ERRORS, ids=range(len(evil.ERRORS)))


def name_of(kind):
    """What a class is called, whatever it says itself."""
    return type.__dict__["__name__"].__get__(kind)


@EVIL
def test_any_error_can_be_told_of(kind):
    trouble = Trouble.of(kind(), CallbackFault.RAISED)
    assert trouble.fault is CallbackFault.RAISED
    assert trouble.kind in {name_of(kind), "error"}
    for text in trouble[1:]:
        assert type(text) is str
        assert len(text) <= LONGEST
    assert trouble.text


def test_what_an_error_says_and_where_it_came_from_are_kept():
    try:
        {}["no such thing"]
    except LookupError as error:
        trouble = Trouble.of(error, CallbackFault.BAD_ANSWER)
    assert trouble[:3] == (CallbackFault.BAD_ANSWER, "KeyError", "'no such thing'")
    assert "test_what_an_error_says" in trouble.stack


def test_an_error_that_says_nothing_is_told_by_its_class():
    assert Trouble.of(KeyboardInterrupt(), CallbackFault.RAISED).text == "KeyboardInterrupt"


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 1, 3_000_000])
def test_what_is_kept_of_an_error_is_bounded(size):
    kind = type("K" * size, (Exception,), {})
    trouble = Trouble.of(kind("x" * size), CallbackFault.RAISED)
    assert trouble.text == "x" * LONGEST
    assert len(trouble.kind) == LONGEST
    assert len(trouble.stack) <= LONGEST


@EVIL
@pytest.mark.parametrize("how", ["function", "coroutine", "at home", "future", "finish"])
def test_an_evil_error_is_its_callbacks_trouble_and_nobody_elses(bench, home, kind, how):
    future = Future()
    future.fail(kind())

    def fails(*_anything):
        raise kind

    async def fails_later(_call):
        await asyncio.sleep(0)
        raise kind

    async def works(_call):
        return "fine"

    function = {
        "function": fails,
        "future": lambda _call: future,
        "finish": lambda _call: 1,
    }.get(how, fails_later)
    finish = {"finish": fails}.get(how, lambda result: result)
    caller = home.caller() if how == "at home" else None
    result = bench.run(function, caller, finish)
    assert result.fault is (CallbackFault.BAD_ANSWER if how == "finish" else CallbackFault.RAISED)
    assert result.times == 1
    assert bench.run(works, caller).value == "fine"
    assert bench.run(lambda _call: 1).value == 1


@EVIL
def test_evil_errors_use_up_no_threads(bench, kind):
    def fails(_call):
        raise kind

    runs = [bench.start(fails) for _ in range(3 * MAX_THREADS)]
    assert {run.result.wait().fault for run in runs} == {CallbackFault.RAISED}
    bench.run(lambda _call: 1)
    assert not bench.runner._waiting


@pytest.mark.parametrize("coroutine", [False, True])
def test_an_error_that_is_slow_to_say_what_it_is_holds_up_itself_alone(bench, home, coroutine):
    begun, free = threading.Event(), threading.Event()

    class Slow(Exception):
        def __str__(self):
            begun.set()
            assert free.wait(PATIENCE_SECONDS)
            return "at last"

    def fails(_call):
        raise Slow

    async def fails_later(_call):
        raise Slow

    async def works(_call):
        return "fine"

    run = bench.start(fails_later if coroutine else fails)
    assert begun.wait(PATIENCE_SECONDS)
    assert [bench.run(lambda _call: 1).value for _ in range(2 * MAX_THREADS)] == [1] * 64
    assert bench.run(works, home.caller()).value == "fine"
    assert not run.result.is_here
    free.set()
    assert run.result.wait().trouble.text == "at last"


@pytest.mark.parametrize("kind", evil.VALUES)
def test_a_result_that_cannot_be_looked_at_is_trouble_and_no_more(bench, kind):
    def finish(result):
        return "looked at" if isinstance(result, dict) else dict(result)

    async def later(_call):
        return kind()

    def now(_call):
        return kind()

    for function in (now, later):
        result = bench.run(function, finish=finish)
        assert result.trouble.kind == "SystemExit"
        assert result.fault in {CallbackFault.RAISED, CallbackFault.BAD_ANSWER}
        assert result.times == 1
    assert bench.run(lambda _call: 1).value == 1
