"""The signal that nobody waits for an answer any more."""

from __future__ import annotations

import asyncio
import threading

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
        assert len(signal._watchers) == 2
        gave_up.cancel()
        await asyncio.wait([gave_up])
        assert len(signal._watchers) == 1
        threading.Thread(target=signal.cancel, args=("now",)).start()
        await asyncio.wait_for(waits, PATIENCE_SECONDS)
        await signal.wait_async()  # it is set

    asyncio.run(program())
    assert signal._watchers == []


def test_who_comes_late_is_called_at_once():
    signal, called = CancelSignal(), []
    signal.on_cancel(lambda: called.append("early"))
    assert called == []
    signal.cancel("now")
    signal.on_cancel(lambda: called.append("late"))
    assert called == ["early", "late"]


def test_a_watcher_that_fails_keeps_the_others_and_the_canceller_from_nothing():
    signal, called = CancelSignal(), []

    def fails():
        raise ValueError("a watcher must not raise")

    signal.on_cancel(fails)
    signal.on_cancel(lambda: called.append(1))
    with capture_logs() as logs:
        assert signal.cancel("now") is True
    assert called == [1]
    assert any("a watcher must not raise" in entry["error"] for entry in logs)


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
