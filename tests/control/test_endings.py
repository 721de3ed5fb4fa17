"""Callbacks whose turn, process, session or system ends under them."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

from greenroom import Cancelled, Crashed, System
from greenroom.permissions import Deny
from greenroom.testing import Scenario
from greenroom.testing.scenario import Permission, Text
from tests.control.held import Held
from tests.control.questions import ASKED, LIST
from tests.patience import LADDER, PATIENCE_SECONDS

DO = PATIENCE_SECONDS


def test_a_turn_that_is_interrupted_tells_its_permission_handler(play):
    held = Held()
    session = play(Scenario(turns=[ASKED, [Text("next")]]), permissions=held)
    turn = session.ask("hello")
    call = held.await_begin()
    turn.interrupt()
    assert isinstance(turn.outcome(DO), Cancelled)
    assert call.signal.cancelled
    assert session.ask("again").text(DO) == "next"
    assert len(session.simulator.launches()) == 1


def test_a_coroutine_is_cancelled_when_its_turn_is_interrupted(play):
    begun, ended = threading.Event(), threading.Event()

    async def handler(_request):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    turn = play(ASKED, permissions=handler).ask("hello")
    assert begun.wait(DO)
    turn.interrupt()
    assert isinstance(turn.outcome(DO), Cancelled)
    assert ended.wait(DO)


def test_a_denial_that_interrupts_ends_the_turn_and_the_process_goes_on(play):
    session = play(
        Scenario(turns=[[LIST, Permission(), Text("no")], [Text("next")]]),
        permissions=lambda _request: Deny("stop it", interrupt=True),
    )
    outcome = session.ask("hello").outcome(DO)
    assert isinstance(outcome, Cancelled)
    assert outcome.confirmed
    assert session.ask("again").text(DO) == "next"
    assert len(session.simulator.launches()) == 1


def test_a_process_that_dies_under_its_callback_crashes_the_turn_and_sets_the_signal(play):
    held = Held()
    session = play(Scenario(turns=[ASKED]), Scenario(turns=[[Text("back")]]), permissions=held)
    turn = session.ask("hello")
    call = held.await_begin()
    os.kill(session.info.pid, signal.SIGKILL)
    assert isinstance(turn.outcome(DO), Crashed)
    assert held.free.wait(DO)
    assert call.signal.reason in {"the process is gone", "the turn is over"}
    assert session.ask("again").text(DO) == "back"


def test_a_session_that_stops_under_its_callback_sets_the_signal(play):
    held = Held()
    session = play(ASKED, permissions=held)
    turn = session.ask("hello")
    call = held.await_begin()
    session.stop()
    assert call.signal.cancelled
    assert isinstance(turn.outcome(DO), Cancelled)


def test_a_system_closes_though_a_callback_is_stuck(simulator, tmp_path, capfd):
    free, begun = threading.Event(), threading.Event()

    def stuck(_request):
        begun.set()
        free.wait(DO)

    with System(configuration={}, ladder=LADDER) as system:
        turn = system.ask(
            "hello",
            executable=simulator(Scenario(turns=[ASKED])).path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            permissions=stuck,
        )
        assert begun.wait(DO)
    assert isinstance(turn.outcome(DO), Cancelled)
    free.set()
    assert "abandoned" in capfd.readouterr().err
