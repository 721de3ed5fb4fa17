"""When trying is useless turns wait, one session tries for all, and then all go on."""

from __future__ import annotations

import pytest

from greenroom import Deadlines, LimitReached, Recovery, Rejected, StartFailed
from greenroom.session.events import (
    ProcessLost,
    SessionGaveUp,
    SessionParked,
    SessionReleased,
)
from greenroom.session.messages import Permit
from greenroom.session.resumption import Past
from greenroom.testing import factories
from tests.recovery.virtual import EPOCH

PARKS = Recovery(parks=True)
EAGER = Recovery(parks=True, eager=True)
HOUR = 3600.0
A_MINUTE = Deadlines(start=1e6, first_event=1e6, silence=1e6, interrupt=10, total=60)


def key_refused(session):
    session.process.refuse(401, "authentication_failed")


def limit_reached(session, after=HOUR, host=None):
    resets = None if after is None else int(EPOCH + (0 if host is None else host.now()) + after)
    params = None if resets is None else {"rate_limit_info": {"resetsAt": resets}}
    session.process.refuse(429, "rate_limit", params=params, api_error="usage_limit_reached")


def credit_used_up(session):
    session.process.refuse(400, "billing_error")


def park(host, how=key_refused, **more):
    """A session whose first turn parked it."""
    session = host.session(**{"recovery": PARKS, **more})
    outcome = session.ask()
    session.greet()
    how(session)
    assert not outcome.get(timeout=0).ok
    assert session.info.phase == "parked"
    return session


def settled(outcome):
    heard = []
    outcome.add_done_callback(heard.append)
    return bool(heard)


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


# --- when it is tried ---


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


# --- several sessions ---


def many(host, count=4, **more):
    sessions = [park(host, limit_reached, **more) for _ in range(count)]
    return sessions, [session.ask() for session in sessions]


def busy(sessions):
    return [session for session in sessions if session.info.phase == "busy"]


def test_one_session_tries_for_all_of_its_account_and_then_all_go_on(host):
    sessions, turns = many(host)
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    assert sum(len(session.process.prompts) for session in sessions) == 5
    probe.answer()
    assert busy(sessions) == [session for session in sessions if session is not probe]
    for session in busy(sessions):
        session.answer()
    assert all(turn.get(timeout=0).ok for turn in turns)
    assert {session.info.phase for session in sessions} == {"idle"}


def test_accounts_are_tried_each_for_itself(host):
    mine, _ = many(host, 3, account=1)
    yours, _ = many(host, 2, account=2)
    host.advance(HOUR + 1)
    [[probe], [other]] = busy(mine), busy(yours)
    probe.answer()
    assert len(busy(mine)) == 2
    assert busy(yours) == [other]
    limit_reached(other, host=host)
    assert busy(yours) == []
    assert len(busy(mine)) == 2


def test_sessions_whose_account_is_not_known_wait_each_for_itself(host):
    sessions, _ = many(host, 3, account=None)
    host.advance(HOUR + 1)
    assert busy(sessions) == sessions


@pytest.mark.parametrize("end", ["overloaded", "crash", "cancel"])
def test_a_try_that_says_nothing_leaves_it_to_the_next_session(host, end):
    sessions, _ = many(host)
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    if end == "overloaded":
        probe.process.refuse(529, "overloaded")
    elif end == "crash":
        probe.crash()
    else:
        probe.process.begin()
        [turn_id] = [probe.info.running]
        probe.cancel(turn_id)
        probe.process.say(
            factories.result_error(prompt=turn_id), factories.lifecycle(turn_id, "cancelled")
        )
    assert probe.info.phase == "parked"
    [following] = busy(sessions)
    assert following is not probe
    following.answer()
    assert len(busy(sessions)) == 2
    assert probe.info.phase == "idle"


def test_a_session_that_is_stopped_while_it_tries_leaves_it_to_the_next_one(host):
    sessions, _ = many(host)
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    probe.ref.stop(block=False)
    host.advance(5)
    assert probe.info.phase == "stopped"
    [following] = busy(sessions)
    following.answer()
    assert len(busy(sessions)) == 2


def test_a_session_whose_turn_is_cancelled_before_it_may_try_holds_nobody_up(host):
    sessions, _ = many(host)
    sessions[0].cancel("s0-2")
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    assert probe is not sessions[0]
    probe.answer()
    assert len(busy(sessions)) == 2
    assert sessions[0].info.phase == "idle"


def test_a_turn_that_is_cancelled_while_it_waits_for_the_handshake_holds_nobody_up(host):
    sessions, _ = many(host, idle_seconds=60.0)  # their processes have ended by then
    host.advance(HOUR + 1)
    [probe] = [session for session in sessions if session.info.phase == "starting"]
    probe.cancel(probe.info.running)
    probe.greet()
    probe.process.end()
    assert probe.info.phase == "parked"
    assert [s for s in sessions if s.info.phase == "starting"] != []


def test_a_session_that_tries_and_cannot_start_leaves_it_to_the_next_one(host):
    sessions, _ = many(host)
    for session in sessions:
        session.process.kill()
    sessions[0].backend.trouble = StartFailed("there is none", code="cli_not_found")
    host.advance(HOUR + 1)
    assert sessions[0].info.phase == "parked"
    [probe] = [s for s in sessions if s.info.phase in {"starting", "busy"}]
    probe.greet().answer()
    assert [s.info.phase for s in sessions].count("parked") == 1
    sessions[0].backend.trouble = None
    turn = sessions[0].ask()
    host.advance(61)
    sessions[0].greet().answer()
    assert turn.get(timeout=0).ok
    assert sessions[0].info.phase == "idle"


def test_a_released_session_whose_next_turn_fails_for_another_reason_is_not_parked_again(host):
    sessions, _ = many(host, 3)
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    probe.answer()
    for session in busy(sessions):
        session.process.refuse(529, "overloaded")
        assert session.info.phase == "idle"
        turn = session.ask()
        session.answer()
        assert turn.get(timeout=0).ok


def test_a_released_session_that_meets_the_limit_again_parks_again(host):
    sessions, _ = many(host, 3)
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    probe.answer()
    [one, other] = busy(sessions)
    limit_reached(one, host=host)
    other.answer()
    assert one.info.phase == "parked"
    turn = one.ask()
    host.advance(HOUR + 1)
    one.answer()
    assert turn.get(timeout=0).ok


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
