"""The parking lot by hand, with toys for sessions."""

from __future__ import annotations

import pytest

from greenroom.session.parking import Inconclusive, Wants, Worked
from tests.recovery.street import DAY, Street
from tests.recovery.virtual import EPOCH


@pytest.fixture(name="street")
def _street():
    street = Street()
    yield street
    street.close()


def test_the_first_to_want_is_the_first_to_try(street):
    first, second = street.car(), street.car()
    street.park(first, until=EPOCH + 10, wants=False)
    street.park(second, until=EPOCH + 10)
    street.advance(10)
    assert (first.permitted, second.permitted) == ([], [True])


def test_each_waits_for_the_reset_that_it_heard_of_itself(street):
    first, second, third = street.car(), street.car(), street.car()
    street.park(first, until=EPOCH + 1000)
    street.park(second, until=EPOCH + 10)
    street.park(third, until=EPOCH + 2000)
    assert [car.until - EPOCH for car in street.cars] == [1000, 10, 2000]
    street.advance(10)
    assert [car.permitted for car in street.cars] == [[], [True], []]
    street.tell(Worked(second.ref))
    street.advance(989)
    assert [car.permitted for car in street.cars] == [[], [True], []]
    street.advance(1)
    assert [car.permitted for car in street.cars] == [[True], [True], []]


def test_a_success_is_for_those_whose_reset_is_over_or_not_known(street):
    prober, over, unknown, later = (street.car() for _ in range(4))
    street.park(prober, until=EPOCH + 10)
    street.park(over, until=EPOCH + 10)
    street.park(unknown)
    street.park(later, until=EPOCH + 5 * DAY)
    street.advance(10)
    street.tell(Worked(prober.ref))
    assert [car.permitted for car in street.cars] == [[True], [False], [False], []]
    street.advance(5 * DAY - 11)
    assert later.permitted == []
    street.advance(1)
    assert later.permitted == [True]


def test_a_reset_that_is_known_is_not_put_off_by_pauses_of_others(street):
    unknown, known = street.car(), street.car()
    for _ in range(8):
        street.park(unknown)
        street.advance(unknown.until - street.now())
    street.park(unknown)  # for an hour
    street.park(known, until=street.now() + 100)
    street.advance(100)
    assert known.permitted == [True]


def test_a_reset_that_was_not_enough_is_followed_by_a_pause_for_all_that_waited_for_it(street):
    cars = [street.car() for _ in range(3)]
    for car in cars:
        street.park(car, until=EPOCH + 10)
    street.advance(10)
    street.park(cars[0], until=EPOCH + 5 * DAY)
    street.advance(100)
    assert [car.permitted for car in cars] == [[True], [], []]
    street.advance(20)
    assert [car.permitted for car in cars] == [[True], [True], []]


def test_a_reset_that_is_over_when_it_is_told_is_none(street):
    cars = [street.car() for _ in range(20)]
    for car in cars:
        street.park(car, until=EPOCH - 5)
    street.advance(50)
    assert [len(car.permitted) for car in cars] == [1] + [0] * 19
    street.park(cars[0], until=EPOCH - 5)
    street.advance(100)
    assert [len(car.permitted) for car in cars] == [1] + [0] * 19


@pytest.mark.parametrize("until", [EPOCH * 1000, EPOCH + 9 * DAY, 1e300])
def test_a_reset_that_no_limit_can_have_is_tried_after_eight_days(street, until):
    car = street.car()
    street.park(car, until=until)
    assert car.until == EPOCH + 8 * DAY
    street.advance(8 * DAY)
    assert car.permitted == [True]


def test_a_success_of_one_that_was_let_go_by_somebody_else_lets_the_others_go(street):
    first, second = street.car(), street.car()
    street.park(first)
    street.park(second)
    street.tell(Worked(first.ref))
    assert (first.permitted, second.permitted) == ([], [False])


def test_who_parks_while_another_one_tries_waits_for_it(street):
    first, second = street.car(), street.car()
    street.park(first, until=EPOCH + 10)
    street.advance(10)
    street.park(second)
    assert second.permitted == []
    street.tell(Worked(first.ref))
    assert (first.permitted, second.permitted) == ([True], [False])


def test_pauses_without_a_known_reset_grow_up_to_an_hour(street):
    car = street.car()
    pauses = []
    for _ in range(10):
        street.park(car)
        pauses.append(car.until - street.now())
        street.advance(car.until - street.now())
        assert car.permitted.pop()
    bounds = [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]
    for pause, bound in zip(pauses, bounds, strict=True):
        assert 0.9 * bound <= pause <= bound


def test_a_success_makes_the_next_pause_a_short_one(street):
    car = street.car()
    for _ in range(5):
        street.park(car)
        street.advance(car.until - street.now())
    street.tell(Worked(car.ref))
    street.park(car)
    assert car.until - street.now() <= 60


def test_a_success_makes_the_next_pause_a_short_one_though_somebody_stays_parked(street):
    later, car = street.car(), street.car()
    street.park(later, until=EPOCH + 7 * DAY)
    for _ in range(5):
        street.park(car)
        street.advance(car.until - street.now())
    street.tell(Worked(car.ref))
    street.park(car)
    assert car.until - street.now() <= 60
    assert later.permitted == []


def test_who_is_not_known_is_sent_on_its_way(street):
    car = street.car()
    street.tell(Inconclusive(car.ref, True))
    assert car.permitted == [False]
    street.tell(Worked(car.ref))
    street.tell(Wants(car.ref))
    assert car.permitted == [False]


def test_who_moves_to_another_account_while_it_tries_leaves_that_to_the_next_one(street):
    first, second = street.car(), street.car()
    street.park(first, until=EPOCH + 10)
    street.park(second, until=EPOCH + 10)
    street.advance(10)
    assert first.permitted == [True]
    street.park(first, None)
    assert second.permitted == [True]


def test_a_thousand_sessions_of_one_account_are_tried_one_at_a_time(street):
    cars = [street.car() for _ in range(1000)]
    for car in cars:
        street.park(car, until=EPOCH + 10)
    street.advance(10)
    assert sum(len(car.permitted) for car in cars) == 1
    street.tell(Worked(cars[0].ref))
    assert [car.permitted for car in cars] == [[True], *[[False]] * 999]


def test_nothing_is_left_of_those_that_went_on_or_ended(street):
    cars = [street.car() for _ in range(50)]
    for number, car in enumerate(cars):
        street.park(car, number % 5 or None, until=EPOCH + 10)
    street.advance(10)
    for car in cars:
        car.ref.stop(block=False)
        street.dispatcher.run_until_idle()
    lot = next(iter(street.dispatcher._residents))._actor
    assert (lot._bays, lot._bay_of) == ({}, {})
    assert street.dispatcher._timers.next_due() is None


def test_who_parks_after_the_clock_was_set_back_is_not_forgotten(street):
    first, second = street.car(), street.car()
    street.park(first, until=EPOCH + 10, wants=False)
    street.advance(20)  # it was time, and nobody had anything to try with
    street.skew = -100.0
    street.park(second)
    street.advance(140)  # a minute from when the first one parked, by the clock on the wall
    assert second.permitted == [True]


def test_a_try_that_fails_after_the_clock_was_set_back_makes_others_wait_for_its_pause_alone(
    street,
):
    first, second = street.car(), street.car()
    street.park(first)
    street.park(second)
    street.advance(60)
    assert first.permitted == [True]
    street.skew = -7200.0
    street.park(first, until=street.now() + 4000)
    street.advance(120)
    assert second.permitted == [True]


def test_whose_time_is_still_over_after_the_clock_was_set_back_is_the_next_to_try(street):
    prober, later, sooner = street.car(), street.car(), street.car()
    for car, seconds in [(prober, 5), (later, 100), (sooner, 10)]:
        street.park(car, until=EPOCH + seconds)
    street.advance(200)
    street.tell(Inconclusive(prober.ref, False))
    assert later.permitted == [True]
    street.skew = -150.0
    street.tell(Inconclusive(later.ref, True))
    assert sooner.permitted == [True]
