"""A system closes in time, whatever its processes do, and nothing of them stays."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from greenroom import Cancelled, GreenroomError, System
from greenroom.testing.fake_anthropic import Stall


@pytest.fixture(name="streaming")
def _streaming(api, options):
    """A system with two sessions in the middle of a turn each: the system, the turns, the pids."""
    api.on("count", Stall())
    system = System(configuration={})
    sessions = [system.session(**options()) for _ in range(2)]
    turns = [session.ask("count") for session in sessions]
    api.wait_for_stall(2, timeout=20)
    yield system, turns, [session.info.pid for session in sessions]
    system.close()


def gone(pids):
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_closing_ends_what_streams(streaming):
    system, turns, pids = streaming
    system.close()
    assert [type(turn.outcome(0)) for turn in turns] == [Cancelled] * 2
    assert (gone(pids), system.closed) == (True, True)


def test_closing_does_not_wait_longer_than_it_is_told_for_a_process_that_hangs(streaming):
    system, turns, pids = streaming
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    system.close(0.5)
    assert time.monotonic() - started < 3
    assert all(isinstance(turn.outcome(0), Cancelled) for turn in turns)
    assert gone(pids)


def test_killing_a_system_ends_everything_now(streaming):
    system, turns, pids = streaming
    started = time.monotonic()
    system.kill()
    assert time.monotonic() - started < 2
    assert all(isinstance(turn.outcome(0), Cancelled) for turn in turns)
    assert gone(pids)


def test_asyncio_closes_a_system_without_blocking(options):
    async def use():
        async with System(configuration={}) as system:
            session = system.session(**options())
            answer = await session.ask("hello")
        return answer.text, session.info.phase, system.closed

    assert asyncio.run(use()) == ("You said: hello", "stopped", True)


def test_a_closed_system_takes_no_sessions_and_no_questions(options):
    system = System(configuration={})
    system.close()
    with pytest.raises(GreenroomError, match="system"):
        system.session(**options())
    with pytest.raises(GreenroomError, match="system"):
        system.ask("hello", **options())
