"""What parks a session, and what may happen to it while it is parked."""

from __future__ import annotations

import pytest

from greenroom import Deadlines, LimitReached, Recovery, Rejected, StartFailed
from greenroom.session.events import SessionGaveUp, SessionParked, SessionReleased
from greenroom.session.messages import Permit
from greenroom.testing import factories
from tests.recovery.parked import (
    EAGER,
    HOUR,
    PARKS,
    credit_used_up,
    key_refused,
    limit_reached,
    park,
    settled,
)

A_MINUTE = Deadlines(start=1e6, first_event=1e6, silence=1e6, interrupt=10, total=60)


# --- what parks ---


@pytest.mark.parametrize("how", [key_refused, limit_reached, credit_used_up])
def test_a_turn_that_the_account_cannot_pay_parks_and_those_that_follow_wait(host, how):
    session = park(host, how)
    waiting = [session.ask() for _ in range(3)]
    host.advance(30)
    assert (session.info.phase, session.info.queued) == ("parked", 3)
    assert len(session.process.prompts) == 1
    assert not any(settled(turn) for turn in waiting)
    [parked] = host.told(SessionParked)
    assert parked.until == session.info.parked_until > host.wall()


def test_nothing_is_sent_before_the_limit_resets_and_then_all_go_on(host):
    session = park(host, limit_reached)
    waiting = [session.ask() for _ in range(3)]
    host.advance(HOUR - 1)
    assert len(session.process.prompts) == 1
    host.advance(2)
    assert session.info.phase == "busy"
    for turn in waiting:
        session.answer("at last")
        assert turn.get(timeout=0).text == "at last"
    assert (session.info.phase, session.info.parked_until) == ("idle", None)
    assert len(host.told(SessionParked)) == len(host.told(SessionReleased)) == 1


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (StartFailed("there is none", code="cli_not_found"), "cli_not_found"),
        (StartFailed("too old", code="cli_too_old"), "cli_too_old"),
        (Rejected("no such flag", code="bad_option"), "bad_option"),
    ],
)
def test_a_cli_that_cannot_start_as_it_is_configured_parks(host, trouble, code):
    session = host.session(recovery=PARKS)
    session.backend.trouble = trouble
    first, second = session.ask(), session.ask()
    assert first.get(timeout=0).code == code
    assert session.info.phase == "parked"
    host.advance(50)
    assert session.backend.tries == 1
    session.backend.trouble = None
    host.advance(20)
    assert session.backend.tries == 2
    session.greet().answer("now")
    assert second.get(timeout=0).text == "now"
    assert session.info.losses == 0
    assert host.told(SessionGaveUp) == []


def test_a_flag_that_the_cli_refuses_parks(host):
    session = host.session(recovery=PARKS)
    first = session.ask()
    session.process.fail(1, "error: unknown option '--nonsense'\n")
    assert first.get(timeout=0).code == "bad_flag"
    assert session.info.phase == "parked"


def test_a_cli_that_never_starts_is_tried_ever_more_seldom_and_never_given_up(host):
    session = host.session(recovery=PARKS)
    session.backend.trouble = StartFailed("there is none", code="cli_not_found")
    for _ in range(40):
        session.ask()
    tries = []
    for _ in range(60):
        host.advance(600)
        tries.append(session.backend.tries)
    assert session.info.phase == "parked"
    assert 12 <= tries[-1] <= 20  # one an hour, in ten hours, after the first few
    assert host.told(SessionGaveUp) == []


def test_without_parking_each_turn_tries_and_fails(host):
    session = host.session(recovery=Recovery(parks=False))
    for _ in range(3):
        turn = session.ask()
        session.greet()
        key_refused(session)
        assert turn.get(timeout=0).code == "authentication_failed"
    assert session.info.phase == "idle"
    assert host.told(SessionParked) == []


def test_other_failures_do_not_park(host):
    session = host.session(recovery=PARKS)
    session.ask()
    session.greet()
    session.process.refuse(529, "overloaded")
    session.ask()
    session.process.refuse(400, "unknown", api_error_type="invalid_request_error")
    assert session.info.phase == "idle"


def test_another_limit_does_not_park(host):
    session = host.session(recovery=PARKS)
    turn = session.ask()
    session.greet()
    prompt = session.process.prompts[-1]
    session.process.begin()
    session.process.say(
        factories.result_error("error_max_turns", prompt=prompt, terminal_reason="max_turns")
    )
    assert type(turn.get(timeout=0)) is LimitReached
    assert session.info.phase == "idle"


# --- while it is parked ---


def test_the_clock_of_a_waiting_turn_goes_on(host):
    session = park(host, limit_reached)
    turn = session.ask(deadlines=A_MINUTE)
    host.advance(61)
    assert turn.get(timeout=0).code == "timed_out"
    assert session.info.queued == 0


def test_a_waiting_turn_can_be_cancelled(host):
    session = park(host, limit_reached)
    turn = session.ask("t")
    session.cancel("t")
    assert turn.get(timeout=0).code == "withdrawn"


def test_a_parked_session_can_be_stopped(host):
    session = park(host, limit_reached)
    turn = session.ask()
    session.ref.stop(block=False)
    host.dispatcher.run_until_idle()
    assert turn.get(timeout=0).code == "withdrawn"
    assert session.info.phase == "stopped"


def test_a_process_that_dies_meanwhile_is_not_replaced_before_the_limit_resets(host):
    session = park(host, limit_reached, recovery=EAGER)
    turn = session.ask()
    session.process.kill()
    host.advance(HOUR - 10)
    assert len(session.starts) == 1
    host.advance(20)
    assert len(session.starts) == 2
    session.greet().answer()
    assert turn.get(timeout=0).ok


def test_an_idle_process_ends_meanwhile(host):
    session = park(host, limit_reached, idle_seconds=60.0)
    turn = session.ask()
    host.advance(61)
    assert session.info.pid is None
    host.advance(HOUR - 60)
    session.greet().answer()
    assert turn.get(timeout=0).ok


def test_whoever_knows_better_lets_it_go_on(host):
    session = park(host)
    turn = session.ask()
    session.tell(Permit())
    session.answer()
    assert turn.get(timeout=0).ok
    assert session.info.phase == "idle"
