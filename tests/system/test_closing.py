"""Closing a system: from which thread, how often, how fast, and what is gone afterwards."""

import asyncio
import threading
import time

import pytest

from greenroom import Cancelled, SessionStoppedError, System
from greenroom.runtime import WouldBlock
from greenroom.runtime.process import StopLadder
from greenroom.testing import Scenario


def test_closing_on_the_dispatchers_own_thread_is_refused_and_stops_nothing(system, options):
    session, errors, tried = system.session(**options(Scenario())), [], threading.Event()

    def attempt():
        for end in (system.close, system.kill):
            try:
                end()
            except WouldBlock as error:
                errors.append(error)
        tried.set()

    system.dispatcher.call_soon(attempt)
    assert tried.wait(5)
    assert (len(errors), system.closing, system.closed) == (2, False, False)
    assert session.ask("x").text() == "You said: x"


def test_a_second_close_returns_when_the_first_is_done(system, busy, eventually, gone):
    session, _ = busy
    pid = session.info.pid
    first = threading.Thread(target=system.close)
    first.start()
    eventually(lambda: session.info.phase == "stopping")
    system.close()
    assert (system.closed, session.info.phase) == (True, "stopped")
    assert gone(pid)
    first.join()


def test_a_system_that_closes_takes_no_more_sessions(system, busy, eventually):
    first = threading.Thread(target=system.close)
    first.start()
    eventually(lambda: system.closing)
    with pytest.raises(SessionStoppedError):
        system.session()
    first.join()
    assert busy[0].info.phase == "stopped"


def test_what_is_not_down_in_time_is_killed_and_its_secrets_are_removed(tmp_path, options, gone):
    ladder = StopLadder(eof_grace=30, term_grace=30)
    with System(configuration={}, ladder=ladder) as system:
        session = system.session(**options(), env={"TMPDIR": str(tmp_path)})
        turn = session.ask("x")
        assert next(iter(turn)) is not None
        pid, started = session.info.pid, time.monotonic()
        system.close(timeout=0.2)
    assert time.monotonic() - started < 4
    assert turn.outcome(0).code
    assert gone(pid)


def test_killing_a_system_ends_its_turns_at_once(system, busy, gone):
    session, turn = busy
    waiting = session.ask("y")
    pid, started = session.info.pid, time.monotonic()
    system.kill()
    assert time.monotonic() - started < 1
    assert isinstance(turn.outcome(0), Cancelled)
    assert isinstance(waiting.outcome(0), Cancelled)
    assert gone(pid)


def test_killing_a_system_hastens_a_close_under_way(options, eventually):
    system = System(configuration={}, ladder=StopLadder(eof_grace=30, term_grace=30))
    session = system.session(**options())
    frames = iter(session.ask("x"))
    next(frames)
    first = threading.Thread(target=system.close)
    first.start()
    eventually(lambda: session.info.phase == "stopping")
    system.kill()
    first.join(2)
    assert (system.closed, first.is_alive()) == (True, False)


def test_in_asyncio_a_system_closes_without_blocking_the_loop(options):
    async def main():
        async with System(configuration={}) as system:
            session = system.session(**options())
            async for _ in session.ask("x"):
                break
            closing = asyncio.ensure_future(system.aclose(1.0))
            ticks = 0
            while not closing.done():
                await asyncio.sleep(0.01)
                ticks += 1
        return system.closed, ticks

    closed, ticks = asyncio.run(main())
    assert closed
    assert ticks > 5
