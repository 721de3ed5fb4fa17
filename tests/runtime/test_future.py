from __future__ import annotations

import queue
import threading

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import Actor, Future, WouldBlock


def set_soon(future, value):
    timer = threading.Timer(0.01, future.set, [value])
    timer.start()
    return timer


def test_a_value_that_is_there_is_returned_at_once():
    future = Future()
    future.set(42)
    assert future.get(timeout=0) == 42


def test_a_value_that_comes_later_is_waited_for():
    future = Future()
    timer = set_soon(future, 42)
    assert future.get() == 42
    assert future.get() == 42
    timer.join()


def test_many_threads_may_wait_for_one_value():
    future, got = Future(), queue.SimpleQueue()
    threads = [threading.Thread(target=lambda: got.put(future.get(timeout=5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    future.set("news")
    for thread in threads:
        thread.join()
    assert [got.get() for _ in threads] == ["news"] * 8


@pytest.mark.parametrize("timeout", [0, 0.01, -1])
def test_waiting_in_vain_times_out(timeout):
    with pytest.raises(pykka.Timeout, match="no answer within"):
        Future().get(timeout=timeout)


def test_a_timeout_may_be_longer_than_the_machine_can_count():
    future = Future()
    timer = set_soon(future, 42)
    assert future.get(timeout=float("inf")) == 42
    timer.join()


def test_waits_that_timed_out_leave_nothing_behind():
    future = Future()
    for _ in range(100):
        with pytest.raises(pykka.Timeout):
            future.get(timeout=0)
    assert future._wakes == []
    future.set(1)


def test_the_error_being_handled_is_taken_over():
    future = Future()
    try:
        {}["missing"]
    except KeyError as error:
        future.set_exception()
        original = error
    with pytest.raises(KeyError) as raised:
        future.get()
    assert raised.value is original


def test_an_error_given_by_its_type_alone_is_raised():
    future = Future()
    future.set_exception((ValueError, None, None))
    with pytest.raises(ValueError, match=r"^$"):
        future.get()


def test_it_can_be_set_once():
    future = Future()
    future.set(1)
    for again in (future.set, future.set_exception):
        with pytest.raises(queue.Full):
            again()
    with pytest.raises(queue.Full):
        future.set_get_hook(lambda _timeout: 2)
    assert future.get() == 1


def test_settling_again_changes_nothing_and_says_so():
    future = Future()
    assert future.settle(1)
    assert not future.settle(2)
    assert not future.fail(ValueError("no"))
    assert future.get() == 1


def test_a_callback_is_called_with_the_error_or_none_once_it_is_set():
    told, fine, failed, error = [], Future(), Future(), ValueError("no")
    fine.add_done_callback(told.append)
    failed.add_done_callback(told.append)
    assert told == []
    assert not fine.done
    fine.set(1)
    failed.fail(error)
    assert told == [None, error]
    assert fine.done


def test_a_callback_of_what_is_set_is_called_at_once():
    told, future = [], Future()
    future.set(1)
    future.add_done_callback(told.append)
    assert told == [None]


def test_a_callback_that_raises_harms_neither_the_setter_nor_the_others():
    def fail(_error):
        raise SystemExit

    told, future = [], Future()
    future.add_done_callback(fail)
    future.add_done_callback(told.append)
    with capture_logs() as logs:
        future.set(1)
    assert told == [None]
    assert [entry["event"] for entry in logs] == ["future_callback_failed"]


def test_pykkas_combinators_work():
    first, second = Future(), Future()
    numbers = first.map(lambda value: [value, 3])
    assert isinstance(numbers, Future)
    first.set(1)
    second.set(2)
    assert numbers.get() == [1, 3]
    assert numbers.filter(lambda value: value > 1).get() == [3]
    assert numbers.reduce(lambda left, right: left + right).get() == 4
    assert first.join(second).get() == [1, 2]
    assert pykka.get_all([first, second], timeout=1) == [1, 2]


def test_a_hook_is_called_once_however_many_wait():
    def hook(_timeout):
        calls.append(1)
        entered.set()
        gate.wait(5)
        return 42

    calls, got, entered, gate = [], queue.SimpleQueue(), threading.Event(), threading.Event()
    future = Future()
    future.set_get_hook(hook)
    threads = [threading.Thread(target=lambda: got.put(future.get())) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert entered.wait(5)
    gate.set()
    for thread in threads:
        thread.join()
    assert [got.get() for _ in threads] == [42] * 3
    assert calls == [1]


class Caller(Actor):
    """Calls what it is asked."""

    def on_receive(self, message):
        return message()


def on_dispatcher(loop, call):
    return Caller.start(dispatcher=loop).ask(call, timeout=5)


@pytest.mark.parametrize("timeout", [None, 0, 10])
def test_waiting_on_the_dispatchers_thread_raises_at_once(loop, timeout):
    with pytest.raises(WouldBlock, match="LoopDispatcher"):
        on_dispatcher(loop, lambda: Future().get(timeout=timeout))


def test_what_is_there_may_be_taken_on_the_dispatchers_thread(loop):
    future = Future(loop)
    future.set(42)
    assert on_dispatcher(loop, future.get) == 42


def test_a_combination_of_what_is_not_there_raises_there_too(loop):
    with pytest.raises(WouldBlock):
        on_dispatcher(loop, Future().map(str).get)


def test_a_hook_that_another_thread_runs_is_not_waited_for_there(loop):
    entered, gate = threading.Event(), threading.Event()
    future = Future()
    future.set_get_hook(lambda _timeout: (entered.set(), gate.wait(5)))
    thread = threading.Thread(target=future.get)
    thread.start()
    assert entered.wait(5)
    with pytest.raises(WouldBlock):
        on_dispatcher(loop, future.get)
    gate.set()
    thread.join()


def test_the_thread_that_steps_a_manual_dispatcher_cannot_wait_for_it(manual):
    with pytest.raises(WouldBlock, match="ManualDispatcher"):
        Future(manual).get()


def test_another_thread_can_wait_for_a_manual_dispatcher(manual, record):
    ref, _ = record(manual)
    got = queue.SimpleQueue()
    thread = threading.Thread(target=lambda: got.put(ref.ask("hello", timeout=5)))
    thread.start()
    manual.run_until(lambda: not got.empty())
    thread.join()
    assert got.get() == 1
