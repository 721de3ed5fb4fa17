"""`await` suspends the task, never its loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from greenroom.runtime import Future


def set_soon(future, value):
    timer = threading.Timer(0.02, future.set, [value])
    timer.start()
    return timer


async def counting(done):
    """Count the turns of the loop until `done`."""
    turns = 0
    while not done.done():
        turns += 1
        await asyncio.sleep(0)
    return turns


def test_a_value_that_is_there_is_awaited_without_a_pause():
    async def main():
        future = Future()
        future.set(42)
        return await future

    assert asyncio.run(main()) == 42


def test_the_loop_runs_on_while_a_task_awaits():
    async def main():
        future = Future()
        timer = set_soon(future, 42)
        task = asyncio.ensure_future(_await(future))
        turns = await counting(task)
        timer.join()
        return turns, await task

    turns, value = asyncio.run(main())
    assert turns > 1
    assert value == 42


async def _await(future):
    return await future


def test_an_actors_answer_can_be_awaited(loop, record):
    ref, _ = record(loop)

    async def main():
        return await asyncio.gather(*(_await(ref.ask("x", block=False)) for _ in range(50)))

    assert sorted(asyncio.run(main())) == list(range(1, 51))


def test_an_actors_stop_can_be_awaited(loop, record):
    ref, _ = record(loop)

    async def main():
        return await ref.stop(block=False)

    assert asyncio.run(main()) is True


@pytest.mark.parametrize("kind", [ValueError, SystemExit, asyncio.CancelledError])
def test_an_error_is_raised_in_the_task(kind):
    async def main():
        future = Future()
        asyncio.get_running_loop().call_soon(future.fail, kind("no"))
        with pytest.raises(kind):
            await future

    asyncio.run(main())


def test_many_tasks_may_await_one_value():
    async def main():
        future = Future()
        timer = set_soon(future, 42)
        values = await asyncio.gather(*(_await(future) for _ in range(10)))
        timer.join()
        return values

    assert asyncio.run(main()) == [42] * 10


def test_a_task_that_is_cancelled_leaves_nothing_behind():
    async def main():
        future = Future()
        task = asyncio.ensure_future(_await(future))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert future._wakes == []
        future.set(42)

    asyncio.run(main())


def test_a_value_that_comes_as_the_task_is_cancelled_harms_nobody():
    async def main():
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: errors.append(context)
        )
        future = Future()
        task = asyncio.ensure_future(_await(future))
        await asyncio.sleep(0)
        future.set(42)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)

    errors = []
    asyncio.run(main())
    assert errors == []


def test_a_value_that_comes_after_the_loop_has_closed_harms_nobody():
    future = Future()

    async def main():
        task = asyncio.ensure_future(_await(future))
        await asyncio.sleep(0)
        waiters.extend(future._wakes)
        task.cancel()

    waiters = []
    asyncio.run(main())
    waiters[0]()
    future.set(42)


def test_wait_for_bounds_the_waiting():
    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(_await(Future()), 0.01)

    asyncio.run(main())


def test_a_combination_is_awaited_without_blocking_the_loop():
    async def main():
        future = Future()
        timer = set_soon(future, 20)
        task = asyncio.ensure_future(_await(future.map(lambda value: value + 1)))
        turns = await counting(task)
        timer.join()
        return turns, await task

    turns, value = asyncio.run(main())
    assert turns > 1
    assert value == 21


def test_the_error_of_a_combination_is_raised_in_the_task():
    async def main():
        future = Future()
        future.set("no number")
        with pytest.raises(ValueError, match="invalid literal"):
            await future.map(int)

    asyncio.run(main())


def test_without_an_asyncio_loop_there_is_nothing_to_await_with():
    coroutine = _await(Future())
    with pytest.raises(RuntimeError, match="no running event loop"):
        coroutine.send(None)
