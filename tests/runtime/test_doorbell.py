"""Waking tasks of an event loop from another thread."""

import asyncio
import gc
import threading
import weakref

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


def test_a_loop_that_was_closed_is_left_alone():
    async def main():
        loop = asyncio.get_running_loop()
        return Doorbell.of(loop), loop.create_future()

    bell, future = run(main)
    bell.ring(future)
    assert not future.done()
