"""The signal that nobody waits for an answer any more."""

from __future__ import annotations

import asyncio
import threading

import pytest
from structlog.testing import capture_logs

from greenroom.callbacks import CancelSignal
from tests.patience import PATIENCE_SECONDS


def test_it_is_set_once_and_keeps_its_first_reason():
    signal = CancelSignal()
    assert (signal.cancelled, signal.reason, signal.wait(0)) == (False, None, False)
    assert signal.cancel("first") is True
    assert signal.cancel("second") is False
    assert (signal.cancelled, signal.reason, signal.wait(0)) == (True, "first", True)
    assert "first" in repr(signal)


def test_it_wakes_threads_that_wait():
    signal, woken = CancelSignal(), []
    threads = [
        threading.Thread(target=lambda: woken.append(signal.wait(PATIENCE_SECONDS)))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    signal.cancel("now")
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert woken == [True] * 5


def test_it_wakes_coroutines_that_wait_and_forgets_those_that_gave_up():
    signal = CancelSignal()

    async def program():
        gave_up = asyncio.create_task(signal.wait_async())
        waits = asyncio.create_task(signal.wait_async())
        await asyncio.sleep(0)
        assert len(signal._quick) == 2
        gave_up.cancel()
        await asyncio.wait([gave_up])
        assert len(signal._quick) == 1
        threading.Thread(target=signal.cancel, args=("now",)).start()
        await asyncio.wait_for(waits, PATIENCE_SECONDS)
        await signal.wait_async()  # it is set

    asyncio.run(program())
    assert signal._quick == []


def test_who_comes_late_is_called_at_once():
    signal, called = CancelSignal(), []
    signal.on_cancel(lambda: called.append("early"), quick=True)
    assert called == []
    signal.cancel("now")
    signal.on_cancel(lambda: called.append("late"))
    signal.on_cancel(lambda: called.append("later"), quick=True)
    assert called == ["early", "late", "later"]


def test_who_watches_is_called_on_a_thread_for_that_and_may_block():
    signal, threads = CancelSignal(), []
    free, done = threading.Event(), threading.Event()

    def blocks():
        threads.append(threading.current_thread())
        assert free.wait(PATIENCE_SECONDS)

    signal.on_cancel(blocks)
    signal.on_cancel(done.set)
    assert signal.cancel("now") is True
    assert not done.is_set()
    free.set()
    assert done.wait(PATIENCE_SECONDS)
    [thread] = threads
    assert thread is not threading.current_thread()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def test_who_is_quick_is_called_by_the_canceller_and_before_the_others():
    signal, called, done = CancelSignal(), [], threading.Event()
    signal.on_cancel(done.set)
    signal.on_cancel(lambda: called.append((threading.current_thread(), done.is_set())), quick=True)
    signal.cancel("now")
    assert called == [(threading.current_thread(), False)]
    assert done.wait(PATIENCE_SECONDS)


class Raising(Exception):
    """An error that cannot even be looked at."""

    def __str__(self):
        raise SystemExit("not to be printed")

    __repr__ = __str__


@pytest.mark.parametrize("quick", [True, False], ids=["quick", "on a thread"])
@pytest.mark.parametrize(
    "error",
    [ValueError("a watcher must not raise"), SystemExit(3), KeyboardInterrupt(), Raising()],
    ids=lambda error: type(error).__name__,
)
def test_a_watcher_that_fails_keeps_the_others_and_the_canceller_from_nothing(error, quick, capsys):
    signal, done = CancelSignal(), threading.Event()

    def fails():
        raise error

    signal.on_cancel(fails, quick=quick)
    signal.on_cancel(done.set, quick=quick)
    with capture_logs() as logs:
        assert signal.cancel("now") is True
        assert done.wait(PATIENCE_SECONDS)
    said = "".join(entry["stack"] for entry in logs) + capsys.readouterr().err
    assert type(error).__name__ in said


def test_a_coroutine_whose_loop_is_closed_does_not_hurt_the_canceller():
    signal = CancelSignal()
    loop = asyncio.new_event_loop()
    task = loop.create_task(signal.wait_async())
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()  # as a program that leaves its tasks behind
    with capture_logs() as logs:
        assert signal.cancel("now") is True
    assert logs == []
    task._log_destroy_pending = False
    task.get_coro().close()
