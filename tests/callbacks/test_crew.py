"""The threads and the loop of a system's callbacks: started when needed, ended with it."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from structlog.testing import capture_logs

from greenroom.callbacks import CallbackFault
from greenroom.runtime.crew import Crew
from tests.callbacks.conftest import Bench
from tests.patience import PATIENCE_SECONDS


def threads(name):
    return [thread for thread in threading.enumerate() if thread.name.startswith(name)]


def test_a_crew_that_is_not_needed_starts_nothing():
    crew = Crew("idle")
    assert threads("idle") == []
    crew.close(1)


def test_closing_ends_the_threads_and_the_loop():
    crew = Crew("busy")
    bench = Bench(crew)

    async def answer(_call):
        return asyncio.get_running_loop()

    loop = bench.run(answer).value
    assert threads("busy-loop")
    crew.close(PATIENCE_SECONDS)
    assert threads("busy") == []
    assert loop.is_closed()


def test_closing_a_loop_on_which_nothing_ever_ran_is_quiet(recwarn):
    crew = Crew("quiet")
    loop = crew.open_loop().loop
    crew.close(PATIENCE_SECONDS)
    assert loop.is_closed()
    assert threads("quiet") == []
    assert [str(warning.message) for warning in recwarn] == []


def test_closing_twice_is_closing_once():
    crew = Crew("twice")
    crew.open_loop()
    crew.close(PATIENCE_SECONDS)
    crew.close(PATIENCE_SECONDS)


def test_every_loop_has_a_thread_of_its_own_and_ends_when_it_is_stopped():
    crew = Crew("loops")
    one, other = crew.open_loop(), crew.open_loop()
    assert len(threads("loops-loop")) == 2
    one.stop()
    assert one.join(PATIENCE_SECONDS)
    assert (one.alive, other.alive) == (False, True)
    one.stop()  # once more is nothing
    crew.close(PATIENCE_SECONDS)
    assert threads("loops") == []


def test_a_loop_that_is_stopped_twice_lets_what_ran_on_it_tidy_up_all_the_same():
    crew, begun, tidying, tidied = Crew("tidy"), threading.Event(), threading.Event(), []
    loop_thread, free = crew.open_loop(), asyncio.Event()

    async def tidies():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            tidying.set()
            await free.wait()
            tidied.append(1)

    asyncio.run_coroutine_threadsafe(tidies(), loop_thread.loop)
    assert begun.wait(PATIENCE_SECONDS)
    loop_thread.stop()
    assert tidying.wait(PATIENCE_SECONDS)
    loop_thread.stop()  # as a system does that closes while a session of it ends
    loop_thread.loop.call_soon_threadsafe(free.set)
    crew.close(PATIENCE_SECONDS)
    assert tidied == [1]


def test_loops_that_were_stopped_are_not_kept():
    crew = Crew("many")
    for _ in range(20):
        loop_thread = crew.open_loop()
        loop_thread.stop()
        assert loop_thread.join(PATIENCE_SECONDS)
    assert len(crew._loops) == 1
    crew.close(PATIENCE_SECONDS)


def test_coroutines_that_run_when_it_closes_are_cancelled_and_have_their_end():
    crew = Crew("ending")
    begun, tidied = threading.Event(), []

    async def answer(_call):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.append(1)

    run = Bench(crew).start(answer)
    assert begun.wait(PATIENCE_SECONDS)
    crew.close(PATIENCE_SECONDS)
    assert run.result.wait().trouble.kind == "CancelledError"
    assert tidied == [1]


@pytest.mark.parametrize("coroutine", [False, True])
def test_a_callback_that_is_stuck_does_not_hold_up_the_closing(coroutine):
    crew = Crew("stuck")
    begun, free = threading.Event(), threading.Event()

    def stuck(_call):
        begun.set()
        free.wait(PATIENCE_SECONDS)

    async def stuck_loop(call):
        stuck(call)

    run = Bench(crew).start(stuck_loop if coroutine else stuck)
    assert begun.wait(PATIENCE_SECONDS)
    before = time.monotonic()
    with capture_logs() as logs:
        crew.close(0.05)
    assert time.monotonic() - before < PATIENCE_SECONDS / 2
    assert any("abandoned" in entry["event"] for entry in logs)
    free.set()
    run.result.wait()


def test_a_closed_crew_refuses_every_callback():
    crew = Crew("closed")
    bench = Bench(crew)
    crew.close(1)
    assert bench.run(lambda _call: 1).fault is CallbackFault.UNREACHABLE
    with pytest.raises(RuntimeError, match="no more callbacks"):
        crew.open_loop()


def test_a_coroutine_that_comes_back_to_a_closed_crew_cannot_be_run():
    crew = Crew("late")
    begun, free = threading.Event(), threading.Event()

    async def answer():
        return 1

    def late(_call):
        begun.set()
        free.wait(PATIENCE_SECONDS)
        return answer()

    run = Bench(crew).start(late)
    assert begun.wait(PATIENCE_SECONDS)
    crew.close(0.01)
    free.set()
    assert run.result.wait().fault is CallbackFault.UNREACHABLE
