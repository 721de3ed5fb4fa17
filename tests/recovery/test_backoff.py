"""Pauses before the next process: none at first, then longer and longer, until a turn completes."""

from __future__ import annotations

from random import Random

import pytest

from greenroom import Crashed, Recovery
from greenroom.runtime import Backoff
from greenroom.session.losses import Losses
from greenroom.session.resumption import Past
from tests.recovery.virtual import EPOCH

MANY = Recovery(intensity=1000, period=1e6)
EXACT = Recovery(intensity=1000, period=1e6, backoff=Backoff(jitter=0.0, cap=1.0))
EAGER = Recovery(intensity=1000, period=1e6, eager=True, backoff=Backoff(jitter=0.0, cap=1.0))
PAUSES = [0.0, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0]


def lose(host, session):
    """Have a turn begin and its process die; how long the next one may not start."""
    outcome, following = session.ask(), session.ask()
    before = len(session.starts)
    session.greet().crash()
    died = host.now()
    assert isinstance(outcome.get(timeout=0), Crashed)
    host.advance(10)
    assert len(session.starts) == before + 1
    session.greet().process.begin()
    return session.starts[-1] - died, following


def test_the_first_process_that_is_lost_is_replaced_at_once(host):
    session = host.session(recovery=EXACT)
    outcome, following = session.ask(), session.ask()
    session.greet().crash()
    assert isinstance(outcome.get(timeout=0), Crashed)
    assert session.starts == [0.0, 0.0]
    session.greet().answer("back")
    assert following.get(timeout=0).text == "back"


def test_pauses_grow_up_to_the_cap(host):
    session = host.session(recovery=EAGER).warm()
    pauses = []
    for _ in PAUSES:
        session.greet().process.kill()
        died = host.now()
        host.advance(5)
        pauses.append(session.starts[-1] - died)
    assert pauses == pytest.approx(PAUSES)


def test_no_process_starts_before_the_pause_is_over_and_turns_wait_for_it(host):
    session = host.session(recovery=EXACT)
    for _ in range(4):
        session.ask()
        host.advance(5)
        session.greet().crash()
    outcome = session.ask()
    assert (session.info.phase, session.info.queued, len(session.starts)) == ("recovering", 1, 4)
    host.advance(0.39)
    assert len(session.starts) == 4
    host.advance(0.02)
    assert len(session.starts) == 5
    session.greet().answer()
    assert outcome.get(timeout=0).ok


def test_pauses_are_jittered_and_never_longer_than_said():
    pauses = set()
    for _ in range(50):
        losses = Losses(MANY, 0.0)
        [*_, pause] = [losses.enter(0.0) for _ in range(5)]
        assert 0.4 <= pause <= 0.8
        pauses.add(pause)
    assert len(pauses) > 40


def test_a_completed_turn_makes_the_next_loss_the_first_one(host):
    session = host.session(recovery=EAGER).warm()
    for _ in range(3):
        session.greet().process.kill()
        host.advance(5)
    assert session.info.losses == 3
    outcome = session.ask()
    session.greet().answer()
    assert outcome.get(timeout=0).ok
    assert session.info.losses == 0
    session.process.kill()
    assert session.info.losses == 1
    assert session.starts[-1] == host.now()


def test_neither_a_start_nor_a_handshake_nor_a_failed_turn_resets_the_count(host):
    session = host.session(recovery=EAGER)
    for number in range(1, 5):
        outcome = session.ask()
        host.advance(5)
        session.greet().process.refuse(529, "overloaded")
        assert outcome.get(timeout=0).code == "api_failed"
        session.process.kill()
        assert session.info.losses == number


def test_the_pause_is_over_when_the_session_is_stopped(host):
    session = host.session(recovery=EXACT)
    for _ in range(3):
        session.ask()
        host.advance(5)
        session.greet().crash()
    outcome = session.ask()
    session.ref.stop(block=False)
    host.dispatcher.run_until_idle()
    assert session.info.phase == "stopped"
    assert outcome.get(timeout=0).code == "withdrawn"
    assert len(session.starts) == 3


def test_losses_of_an_earlier_life_count(host):
    session = host.session(recovery=EAGER, past=Past(losses=(30.0, 20.0, 10.0))).warm()
    assert session.info.losses == 3
    session.greet().process.kill()
    host.advance(0.39)
    assert len(session.starts) == 1
    host.advance(0.02)
    assert len(session.starts) == 2
    assert session.info.losses == 4


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_earlier_losses_are_told_does_not_matter(seed):
    ages = [1.0, 50.0, 99.0, 101.0, 3.0]
    Random(seed).shuffle(ages)
    losses = Losses(Recovery(intensity=4, period=100.0), EPOCH, ages)
    assert losses.enter(EPOCH) is None  # the fifth within the period


def test_losses_that_are_older_than_the_period_are_not_too_many():
    losses = Losses(Recovery(intensity=1, period=100.0), EPOCH, [101.0, 102.0, 103.0])
    assert losses.enter(EPOCH) is not None
    assert losses.enter(EPOCH) is None
