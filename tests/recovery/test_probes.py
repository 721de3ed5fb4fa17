"""Of the sessions of an account one tries for all, and then all go on."""

from __future__ import annotations

import pytest

from greenroom import StartFailed
from greenroom.session.messages import Permit
from greenroom.testing import factories
from tests.recovery.parked import HOUR, limit_reached, park


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


def limited(host, *hours):
    """Sessions of one account whose limits reset at different times, and a turn of each."""
    sessions = [
        park(host, lambda s, after=after: limit_reached(s, after * HOUR)) for after in hours
    ]
    return sessions, [session.ask() for session in sessions]


def test_the_limit_of_one_model_does_not_hold_up_sessions_with_another(host):
    [opus, sonnet], [_, turn] = limited(host, 120, 1)
    host.advance(HOUR + 1)
    assert busy([opus, sonnet]) == [sonnet]
    sonnet.answer()
    assert turn.get(timeout=0).ok
    assert opus.info.parked_until == host.wall() - host.now() + 120 * HOUR


def test_a_success_does_not_release_a_session_whose_own_reset_is_to_come(host):
    [opus, sonnet], [turn, _] = limited(host, 120, 1)
    host.advance(HOUR + 1)
    sonnet.answer()
    assert opus.info.phase == "parked"
    host.advance(119 * HOUR - 2)
    assert opus.info.phase == "parked"
    host.advance(2)
    opus.answer()
    assert turn.get(timeout=0).ok
    assert opus.info.phase == "idle"


def test_a_session_that_somebody_else_let_go_on_holds_nobody_up(host):
    [first, second], [one, other] = limited(host, 1, 1)
    first.tell(Permit())
    first.answer()
    assert one.get(timeout=0).ok
    host.advance(HOUR + 1)
    second.answer()
    assert other.get(timeout=0).ok
    assert second.info.phase == "idle"


def test_a_permit_that_comes_twice_while_it_tries_proves_nothing(host):
    sessions, _ = many(host, 2)
    host.advance(HOUR + 1)
    [probe] = busy(sessions)
    probe.tell(Permit(trial=True))
    assert busy(sessions) == [probe]
    probe.answer()
    assert len(busy(sessions)) == 1
