"""A session whose processes die again and again gives up, within its bound, and says so."""

from __future__ import annotations

import pykka
import pytest

from greenroom import Crashed, Interrupted, Recovery
from greenroom.runtime import Actor, Crash, Terminated, handles
from greenroom.session.events import ProcessLost, SessionGaveUp
from greenroom.session.resumption import Past

BRIEF = Recovery(intensity=3, period=600.0, eager=True)


class Watcher(Actor):
    """Keeps what it is told of an end."""

    def __init__(self, ref, ends):
        super().__init__()
        self._ends = ends
        self.watch(ref)

    @handles(Terminated)
    def on_terminated(self, message):
        self._ends.append(message)


@pytest.fixture(name="ends_of")
def _ends_of(host):
    def ends_of(session):
        ends = []
        Watcher.start(session.ref, ends, dispatcher=host.dispatcher)
        host.dispatcher.run_until_idle()
        return ends

    return ends_of


def die_after_each_start(host, session, seconds=2.0, times=50):
    """Each process answers the handshake, and dies soon after."""
    for _ in range(times):
        if session.info.phase in {"stopped", "parked"}:
            return
        deaths = len(host.told(ProcessLost, session))
        session.greet()
        host.advance(seconds)
        session.process.kill()
        assert len(host.told(ProcessLost, session)) == deaths + 1
        host.advance(60)


@pytest.mark.parametrize("intensity", [0, 1, 3, 10])
def test_a_cli_that_dies_after_each_good_start_is_given_up(host, ends_of, intensity):
    session = host.session(recovery=Recovery(intensity=intensity, period=1e5, eager=True)).warm()
    ends = ends_of(session)
    die_after_each_start(host, session)
    assert len(session.starts) == intensity + 1
    assert len(host.told(ProcessLost)) == intensity + 1
    [end] = ends
    assert isinstance(end.reason, Crash)
    assert isinstance(end.reason.error, Crashed)
    [gave_up] = host.told(SessionGaveUp)
    assert (gave_up.losses, gave_up.code, gave_up.session) == (intensity + 1, "crashed", "s0")
    assert (session.info.phase, session.info.pid) == ("stopped", None)
    host.advance(1e5)
    assert len(session.starts) == intensity + 1


def test_turns_that_wait_are_told_that_it_gave_up_and_the_one_that_ran_what_happened(host):
    session = host.session(recovery=Recovery(intensity=0))
    running, *waiting = [session.ask() for _ in range(3)]
    session.greet().crash()
    assert type(running.get(timeout=0)) is Interrupted
    for turn in waiting:
        outcome = turn.get(timeout=0)
        assert (type(outcome), outcome.code) == (Crashed, "gave_up")
        assert "signal" in str(outcome)  # what it died of
    assert session.info.totals.turns == 3
    with pytest.raises(pykka.ActorDeadError):
        session.ask()


def test_losses_that_are_far_apart_are_none_too_many(host):
    session = host.session(recovery=Recovery(intensity=1, period=100.0, eager=True)).warm()
    for _ in range(10):
        session.greet()
        host.advance(101)
        session.process.kill()
        host.advance(30)
    assert session.info.phase != "stopped"
    assert len(session.starts) == 11


def test_a_completed_turn_in_between_is_forgiven_everything(host):
    session = host.session(recovery=BRIEF).warm()
    for _ in range(5):
        for _ in range(3):
            session.greet().process.kill()
            host.advance(31)
        session.ask()
        session.greet().answer()
    assert (session.info.phase, session.info.losses) == ("idle", 0)


def test_the_bound_holds_over_a_restart_of_the_host(host, ends_of):
    first = host.session(recovery=BRIEF).warm()
    lost_at = []
    for _ in range(2):
        first.greet()
        host.advance(2)
        first.process.kill()
        lost_at.append(host.now())
        host.advance(31)
    ages = tuple(host.now() - moment for moment in lost_at)
    second = host.session(recovery=BRIEF, past=Past(losses=ages)).warm()
    ends = ends_of(second)
    die_after_each_start(host, second)
    assert len(second.starts) == 2
    assert host.told(SessionGaveUp, second)[0].losses == 4
    assert isinstance(ends[0].reason, Crash)


def test_nothing_is_given_up_by_what_was_wished(host):
    session = host.session(recovery=Recovery(intensity=0, eager=True)).warm()
    for _ in range(3):
        session.ask()
        session.greet().answer()
    session.ref.stop(block=False)
    host.dispatcher.run_until_idle()
    session.process.end()
    assert host.told(SessionGaveUp) == host.told(ProcessLost) == []


def test_a_session_that_dies_while_it_is_stopped_did_not_give_up(host):
    session = host.session(recovery=Recovery(intensity=0))
    turn = session.ask()
    session.greet().process.begin()
    session.ref.stop(block=False)
    host.dispatcher.run_until_idle()
    session.process.kill()
    assert turn.get(timeout=0).code == "cancelled"
    assert session.info.phase == "stopped"
    assert host.told(SessionGaveUp) == []


def test_an_idempotent_turn_that_kills_each_process_ends_with_the_session(host):
    session = host.session(recovery=Recovery(intensity=2))
    turn = session.ask(idempotent=True)
    for _ in range(3):
        session.greet().crash()
        host.advance(31)
    assert type(turn.get(timeout=0)) is Interrupted
    assert session.info.phase == "stopped"
    assert len(session.starts) == 3


def test_a_handshake_that_is_never_answered_is_a_loss_as_well(host):
    session = host.session(recovery=BRIEF).warm()
    for _ in range(4):
        host.advance(130)
    host.advance(600)
    assert session.info.phase == "stopped"
    assert len(session.starts) == 4
