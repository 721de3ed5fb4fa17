"""When a parked session tries again, and what comes of that."""

from __future__ import annotations

import pytest

from greenroom import Recovery, StartFailed
from greenroom.runtime import Backoff
from greenroom.session.events import ProcessLost, SessionParked
from greenroom.session.messages import Permit
from greenroom.session.resumption import Past
from tests.recovery.parked import EAGER, HOUR, PARKS, key_refused, limit_reached, park, settled
from tests.recovery.virtual import EPOCH

PAUSING = Recovery(parks=True, backoff=Backoff(first=10.0, base=10.0, jitter=0.0))


def test_a_try_that_fails_costs_one_turn_and_the_others_wait_longer(host):
    session = park(host)
    first, second = session.ask(), session.ask()
    host.advance(61)
    key_refused(session)
    assert first.get(timeout=0).code == "authentication_failed"
    assert session.info.phase == "parked"
    host.advance(100)
    assert len(session.process.prompts) == 2
    host.advance(21)
    session.answer()
    assert second.get(timeout=0).ok
    assert session.info.phase == "idle"


def test_a_reset_that_the_clocks_do_not_agree_on_is_not_tried_every_second(host):
    host.skew = 1000.0  # this machine is fast
    session = park(host, limit_reached)
    turns = [session.ask() for _ in range(10)]
    host.advance(HOUR - 1000 + 5)
    tries = 0
    for _ in range(300):
        if session.info.phase == "busy":
            tries += 1
            limit_reached(session)  # until the same moment as before
        host.advance(1)
    assert 1 <= tries <= 4
    assert sum(settled(turn) for turn in turns) == tries


def test_a_failure_of_the_account_at_the_start_is_told_once(host):
    session = host.session(recovery=PARKS)
    turn = session.ask()
    session.process.fail(1, "Not logged in. Please run /login\n")
    assert turn.get(timeout=0).code == "authentication_failed"
    assert session.info.phase == "parked"
    assert len(host.told(SessionParked)) == len(host.told(ProcessLost)) == 1


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_wall_clock_that_jumps_is_noticed_within_a_minute(host, jump):
    session = park(host, limit_reached)
    session.ask()
    host.skew += jump
    host.advance(61)
    assert (session.info.phase == "busy") == (jump > 0)
    if jump < 0:
        host.skew -= jump
        host.advance(HOUR)
        assert session.info.phase == "busy"


def test_a_session_without_turns_is_parked_until_it_has_one(host):
    session = park(host, limit_reached)
    host.advance(2 * HOUR)
    assert session.info.phase == "parked"
    turn = session.ask()
    assert session.info.phase == "busy"
    session.answer()
    assert turn.get(timeout=0).ok


def test_it_stays_parked_over_a_restart_of_the_host(host):
    session = host.session(recovery=PARKS, past=Past(parked_until=EPOCH + HOUR))
    turn = session.ask()
    assert (session.info.phase, session.info.parked_until) == ("parked", EPOCH + HOUR)
    host.advance(HOUR - 1)
    assert session.starts == []
    host.advance(2)
    session.greet().answer()
    assert turn.get(timeout=0).ok
    assert session.info.phase == "idle"


def test_what_is_long_over_at_the_restart_of_the_host_holds_nobody_up(host):
    session = host.session(recovery=PARKS, past=Past(parked_until=EPOCH - HOUR))
    turn = session.ask()
    host.advance(2)
    session.greet().answer()
    assert turn.get(timeout=0).ok


def test_an_eager_session_that_was_misconfigured_starts_without_being_asked(host):
    session = host.session(recovery=EAGER)
    session.backend.trouble = StartFailed("there is none", code="cli_not_found")
    session.warm()
    assert session.info.phase == "parked"
    session.backend.trouble = None
    host.advance(61)
    session.greet()
    assert (session.info.phase, len(session.starts)) == ("idle", 1)


def test_an_idempotent_turn_tries_until_it_is_answered_or_refused(host):
    session = park(host)
    turn = session.ask(idempotent=True)
    host.advance(61)
    session.crash()
    session.greet().answer("there")
    assert turn.get(timeout=0).text == "there"
    assert session.info.phase == "idle"


def test_losses_while_it_tries_count(host):
    session = park(host, recovery=Recovery(parks=True, intensity=1))
    for _ in range(4):
        session.ask()
    host.advance(61)
    for _ in range(2):
        session.greet().crash()
        host.advance(100)
    assert session.info.phase == "stopped"
    assert len(host.told(ProcessLost)) == 2


@pytest.mark.parametrize("again", [False, True], ids=["once", "permitted-again"])
def test_a_loss_while_it_tries_is_followed_by_its_pause(host, again):
    session = park(host, recovery=PAUSING)
    for _ in range(4):
        session.ask()
    host.advance(61)
    pauses = []
    for _ in range(3):
        session.greet().crash()
        if again:
            session.tell(Permit())
        died = host.now()
        host.advance(50)
        pauses.append(session.starts[-1] - died)
    assert pauses == [10.0, 10.0, 20.0]


def test_a_process_lost_just_before_the_release_is_not_replaced_before_its_pause_is_over(host):
    session = park(host, limit_reached, recovery=PAUSING)
    turn = session.ask()
    host.advance(HOUR - 4)
    session.process.kill()
    host.advance(9)
    assert (session.info.phase, len(session.starts)) == ("recovering", 1)
    host.advance(2)
    assert session.starts[1:] == [HOUR + 6]
    session.greet().answer()
    assert turn.get(timeout=0).ok
