"""What both kinds of dispatcher promise."""

from __future__ import annotations

import os
import threading

import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    DispatcherClosed,
    LoopDispatcher,
    ManualDispatcher,
    current_dispatcher,
)


@pytest.fixture(params=[LoopDispatcher, ManualDispatcher])
def dispatcher(request):
    with request.param() as dispatcher:
        yield dispatcher


@pytest.fixture
def run_until(dispatcher):
    """Wait until what runs on the dispatcher has called the argument of `wait`."""

    def wait(event):
        if isinstance(dispatcher, ManualDispatcher):
            dispatcher.run_until(event.is_set)
        else:
            assert event.wait(5)

    return wait


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


def test_calls_are_made_in_order(dispatcher, run_until):
    made, done = [], threading.Event()
    for number in range(100):
        dispatcher.call_soon(made.append, number)
    dispatcher.call_soon(done.set)
    run_until(done)
    assert made == list(range(100))


def test_calls_from_other_threads_are_made(dispatcher, run_until):
    done = threading.Event()
    thread = threading.Thread(target=dispatcher.call_soon, args=(done.set,))
    thread.start()
    run_until(done)
    thread.join()


def test_a_call_knows_that_it_is_on_the_dispatcher(dispatcher, run_until):
    seen, done = [], threading.Event()

    def look():
        seen.append((dispatcher.is_current(), current_dispatcher()))
        done.set()

    dispatcher.call_soon(look)
    run_until(done)
    assert seen == [(True, dispatcher)]
    assert current_dispatcher() is None


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_whatever_a_call_raises_is_logged_and_the_next_is_made(dispatcher, run_until, kind):
    def fail(_secret):
        raise kind("no")

    done = threading.Event()
    with capture_logs() as logs:
        dispatcher.call_soon(fail, "hunter2")
        dispatcher.call_soon(done.set)
        run_until(done)
    assert [(log["event"], log["log_level"]) for log in logs] == [("callback_failed", "error")]
    assert "fail" in logs[0]["callback"]
    assert "hunter2" not in str(logs)


def test_work_is_done_elsewhere_and_its_result_comes_back(dispatcher, run_until):
    outcomes, done = [], threading.Event()

    def then(result, error):
        outcomes.append((result, error, dispatcher.is_current()))
        done.set()

    dispatcher.run_in_worker(divmod, 7, 2, then=then)
    run_until(done)
    assert outcomes == [((3, 1), None, True)]


def test_the_error_of_work_comes_back(dispatcher, run_until):
    outcomes, done = [], threading.Event()
    dispatcher.run_in_worker(
        divmod, 1, 0, then=lambda *outcome: (outcomes.append(outcome), done.set())
    )
    run_until(done)
    assert outcomes[0][0] is None
    assert isinstance(outcomes[0][1], ZeroDivisionError)


def test_a_readable_descriptor_is_announced_until_it_is_removed(dispatcher, run_until, pipe):
    reader, writer = pipe
    got, done = [], threading.Event()

    def read():
        got.append(os.read(reader, 10))
        if got[-1] == b"2":
            dispatcher.remove_reader(reader)
            done.set()
        else:
            os.write(writer, b"2")

    dispatcher.call_soon(dispatcher.add_reader, reader, read)
    os.write(writer, b"1")
    run_until(done)
    assert got == [b"1", b"2"]


def test_a_writable_descriptor_is_announced(dispatcher, run_until, pipe):
    _, writer = pipe
    done = threading.Event()

    def announce():
        dispatcher.remove_writer(writer)
        done.set()

    dispatcher.call_soon(dispatcher.add_writer, writer, announce)
    run_until(done)


def test_a_reader_that_raises_harms_nobody(dispatcher, run_until, pipe):
    reader, writer = pipe
    done = threading.Event()

    def fail():
        dispatcher.remove_reader(reader)
        dispatcher.call_soon(done.set)
        raise SystemExit

    os.write(writer, b"x")
    with capture_logs() as logs:
        dispatcher.call_soon(dispatcher.add_reader, reader, fail)
        run_until(done)
    assert [log["event"] for log in logs] == ["callback_failed"]


def test_removing_an_unknown_descriptor_is_no_error(dispatcher, run_until, pipe):
    done = threading.Event()
    with capture_logs() as logs:
        dispatcher.call_soon(dispatcher.remove_reader, pipe[0])
        dispatcher.call_soon(dispatcher.remove_writer, pipe[1])
        dispatcher.call_soon(done.set)
        run_until(done)
    assert logs == []


def test_a_closed_dispatcher_refuses_everything(dispatcher):
    dispatcher.close()
    with pytest.raises(DispatcherClosed):
        dispatcher.call_soon(print)
    with pytest.raises(DispatcherClosed):
        dispatcher.call_later(1, print)
    with pytest.raises(DispatcherClosed):
        dispatcher.run_in_worker(print, then=print)


def test_closing_twice_is_no_error(dispatcher):
    dispatcher.close()
    dispatcher.close()


def test_calls_that_are_ready_are_made_before_the_end(dispatcher):
    made = []
    dispatcher.call_soon(made.append, 1)
    dispatcher.close()
    assert made == [1]


def test_timers_do_not_outlive_their_dispatcher(dispatcher):
    timer = dispatcher.call_later(3600, print)
    dispatcher.close()
    assert timer.cancelled


def test_closing_from_within_is_an_error(dispatcher, run_until):
    errors, done = [], threading.Event()

    def close():
        try:
            dispatcher.close()
        except RuntimeError as error:
            errors.append(str(error))
        done.set()

    dispatcher.call_soon(close)
    run_until(done)
    assert "close" in errors[0]
