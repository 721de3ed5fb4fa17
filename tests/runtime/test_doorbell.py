"""Waking tasks of an event loop from another thread."""

import asyncio
import gc
import threading
import weakref

import pytest

from greenroom.runtime.doorbell import Doorbell


class Counting(asyncio.SelectorEventLoop):
    """Counts how often another thread called it."""

    calls = 0

    def call_soon_threadsafe(self, *args, **kwargs):
        self.calls += 1
        return super().call_soon_threadsafe(*args, **kwargs)


def run(main):
    with asyncio.Runner(loop_factory=Counting) as runner:
        return runner.run(main())


def test_however_many_tasks_are_woken_at_once_the_loop_is_called_once():
    async def main():
        loop = asyncio.get_running_loop()
        bell, futures = Doorbell.of(loop), [loop.create_future() for _ in range(100)]

        def ring():
            for future in futures:
                bell.ring(future)

        before = loop.calls
        thread = threading.Thread(target=ring)
        thread.start()
        thread.join()  # the loop does not run meanwhile
        await asyncio.gather(*futures)
        return loop.calls - before

    assert run(main) == 1


def test_a_ring_after_the_answer_calls_again():
    async def main():
        loop = asyncio.get_running_loop()
        for _ in range(3):
            future = loop.create_future()
            Doorbell.of(loop).ring(future)
            await asyncio.wait_for(future, 10)

    run(main)


def test_each_loop_has_one_doorbell_that_does_not_keep_it_alive():
    async def main():
        loop = asyncio.get_running_loop()
        assert Doorbell.of(loop) is Doorbell.of(loop)
        return weakref.ref(loop)

    loop = run(main)
    gc.collect()
    assert loop() is None


def test_a_task_that_waits_no_more_is_no_error():
    async def main():
        loop = asyncio.get_running_loop()
        gone, here = loop.create_future(), loop.create_future()
        gone.cancel()
        for future in (gone, here):
            Doorbell.of(loop).ring(future)
        await asyncio.wait_for(here, 10)

    run(main)


def test_a_loop_that_was_closed_is_left_alone_and_let_go_of():
    async def main():
        loop = asyncio.get_running_loop()
        return Doorbell.of(loop), [loop.create_future() for _ in range(3)]

    bell, futures = run(main)
    loop = weakref.ref(futures[0].get_loop())
    for future in futures:
        bell.ring(future)
    assert not any(future.done() for future in futures)
    del bell, future, futures
    gc.collect()
    assert loop() is None


def test_a_loop_that_was_closed_before_it_answered_is_let_go_of_when_the_next_one_comes():
    loop = Counting()
    bell = Doorbell.of(loop)
    bell.ring(loop.create_future())
    loop.close()
    gone = weakref.ref(loop)
    del bell, loop

    async def another():
        Doorbell.of(asyncio.get_running_loop())

    run(another)
    gc.collect()
    assert gone() is None


def test_a_call_that_was_interrupted_keeps_nobody_asleep():
    class Interrupted(Counting):
        def call_soon_threadsafe(self, *args, **kwargs):
            if self.calls:
                return super().call_soon_threadsafe(*args, **kwargs)
            self.calls += 1
            raise KeyboardInterrupt

    async def main():
        loop = asyncio.get_running_loop()
        bell, futures = Doorbell.of(loop), [loop.create_future() for _ in range(2)]
        with pytest.raises(KeyboardInterrupt):
            bell.ring(futures[0])
        bell.ring(futures[1])
        await asyncio.wait_for(asyncio.gather(*futures), 10)

    with asyncio.Runner(loop_factory=Interrupted) as runner:
        runner.run(main())
