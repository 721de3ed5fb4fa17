"""The parking lot, driven at random beside a model of its rules, with toys for sessions."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from greenroom.runtime import Actor, ManualDispatcher, handles
from greenroom.session.messages import Permit
from greenroom.session.parking import Inconclusive, Park, ParkedUntil, Wants, Worked
from greenroom.session.parking_lot import ParkingLot
from tests.recovery.virtual import EPOCH


class Toy(Actor):
    """A session as the lot sees it."""

    mailbox_bound = None

    def __init__(self, car):
        super().__init__()
        self._car = car

    @handles(Permit)
    def on_permit(self, message):
        self._car.permitted.append(message.trial)

    @handles(ParkedUntil)
    def on_parked_until(self, message):
        self._car.until = message.until


class Car:
    """What a test knows of a toy.

    Attributes:
        state: ``free``, ``parked`` or ``trying``, as the model says.
        account: where it waits; itself, if it shares nothing.
        wants: whether it has something to try with.
        until: what it was told last.
        permitted: what it was permitted since the last look.
    """

    def __init__(self, dispatcher, name):
        self.name = name
        self.state, self.account, self.wants, self.until = "free", None, False, None
        self.permitted = []
        self.ref = Toy.start(self, dispatcher=dispatcher)

    def __repr__(self):
        return f"<Car {self.name} {self.state}>"


class Street:
    """A lot, its cars, and the time."""

    def __init__(self):
        self.dispatcher = ManualDispatcher()
        self.skew = 0.0
        self.lot = ParkingLot.start(self.now, Random(0), dispatcher=self.dispatcher)
        self.cars = []

    def now(self):
        return EPOCH + self.dispatcher.clock.now() + self.skew

    def car(self):
        self.cars.append(Car(self.dispatcher, len(self.cars)))
        return self.cars[-1]

    def tell(self, message):
        self.lot.tell(message)
        self.dispatcher.run_until_idle()

    def park(self, car, account=1, *, until=None, wants=True):
        self.tell(Park(car.ref, account, until, wants))

    def advance(self, seconds):
        self.dispatcher.advance(seconds)

    def close(self):
        self.dispatcher.close()


@pytest.fixture(name="street")
def _street():
    street = Street()
    yield street
    street.close()


# --- by hand ---


def test_the_first_to_want_is_the_first_to_try(street):
    first, second = street.car(), street.car()
    street.park(first, until=EPOCH + 10, wants=False)
    street.park(second, until=EPOCH + 10)
    street.advance(10)
    assert (first.permitted, second.permitted) == ([], [True])


def test_a_later_reset_that_another_session_hears_of_is_heeded(street):
    first, second = street.car(), street.car()
    street.park(first, until=EPOCH + 10)
    street.park(second, until=EPOCH + 100)
    assert (first.until, second.until) == (EPOCH + 10, EPOCH + 100)
    street.advance(99)
    assert first.permitted == second.permitted == []
    street.advance(1)
    assert first.permitted == [True]


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
    street.advance(91)
    assert second.permitted == [True]


# --- at random ---

ACCOUNTS = st.sampled_from([1, 2, None])
ROUNDING = 1e-3
"""Unix times are floats of some ten digits before the point."""

SPANS = st.sampled_from([None, -5.0, 0.0, 0.5, 30.0, 90.0, 4000.0])


class Machine(RuleBasedStateMachine):
    """Sessions do what they can do; the model knows who may try."""

    def __init__(self):
        super().__init__()
        self.street = Street()
        self.until = {}  # of each account that somebody waits for
        self.released_by = None

    @initialize(count=st.integers(1, 5))
    def fill(self, count):
        for _ in range(count):
            self.street.car()

    # --- what the model knows ---

    def of(self, state):
        return [car for car in self.street.cars if car.state == state]

    def at(self, account, *states):
        return [car for car in self.street.cars if car.account == account and car.state in states]

    def pick(self, data, state):
        return data.draw(st.sampled_from(self.of(state)))

    def key(self, car, account):
        return ("alone", car.name) if account is None else account

    def enter(self, car, account, span, wants):
        """The model's part of parking; the lot has heard it already."""
        key, now = self.key(car, account), self.street.now()
        tried = car.state == "trying" and car.account == key
        known = None if span is None else now + span
        probed = bool(self.at(key, "trying")) and not tried
        closes = tried or (not probed and now >= self.until.get(key, 0.0))
        if closes:
            lowest = now + 1.0 if known is None else max(known, now + 1.0)
            assert lowest <= car.until <= max(lowest, now + 3600.0)
            if known is not None and span > 1.0:
                assert car.until == known
            self.until[key] = car.until
        else:
            self.until[key] = max(self.until[key], known or 0.0)
            assert car.until == self.until[key]
        car.state, car.account, car.wants = "parked", key, wants
        self.settle()

    def settle(self):
        """Take note of who was permitted what, and check that it had to be so."""
        for car in self.street.cars:
            permitted, car.permitted = car.permitted, []
            for trial in permitted:
                assert car.state == "parked", f"{car} was permitted something"
                if trial:
                    assert car.wants, f"{car} has nothing to try with"
                    assert self.street.now() >= self.until[car.account]
                    car.state = "trying"
                else:
                    assert car.account == self.released_by, f"{car} was released by nobody"
                    car.state = "free"
        for account in list(self.until):
            if not self.at(account, "parked", "trying"):
                del self.until[account]
        self.released_by = None

    # --- what happens ---

    @precondition(lambda self: self.of("free"))
    @rule(data=st.data(), account=ACCOUNTS, span=SPANS, wants=st.booleans())
    def park(self, data, account, span, wants):
        car = self.pick(data, "free")
        self.tell_park(car, account, span, wants)

    @precondition(lambda self: self.of("trying"))
    @rule(data=st.data(), span=SPANS, wants=st.booleans())
    def fail(self, data, span, wants):
        car = self.pick(data, "trying")
        account = None if isinstance(car.account, tuple) else car.account
        self.tell_park(car, account, span, wants)

    @precondition(lambda self: self.of("trying"))
    @rule(data=st.data(), account=ACCOUNTS, span=SPANS, wants=st.booleans())
    def fail_otherwise(self, data, account, span, wants):
        """It failed for another reason than it was parked for."""
        self.tell_park(self.pick(data, "trying"), account, span, wants)

    def tell_park(self, car, account, span, wants):
        until = None if span is None else self.street.now() + span
        self.street.park(car, account, until=until, wants=wants)
        self.enter(car, account, span, wants)

    @precondition(lambda self: self.of("trying"))
    @rule(data=st.data())
    def work(self, data):
        car = self.pick(data, "trying")
        others = self.at(car.account, "parked")
        self.street.tell(Worked(car.ref))
        self.released_by = car.account
        car.state = "free"
        self.settle()
        assert all(other.state == "free" for other in others), "somebody was forgotten"

    @precondition(lambda self: self.of("trying"))
    @rule(data=st.data(), wants=st.booleans())
    def say_nothing(self, data, wants):
        car = self.pick(data, "trying")
        self.street.tell(Inconclusive(car.ref, wants))
        car.state, car.wants = "parked", wants
        self.settle()

    @precondition(lambda self: self.of("parked"))
    @rule(data=st.data())
    def want(self, data):
        car = self.pick(data, "parked")
        self.street.tell(Wants(car.ref))
        car.wants = True
        self.settle()

    @precondition(lambda self: len(self.street.cars) > 1)
    @rule(data=st.data())
    def end(self, data):
        car = data.draw(st.sampled_from(self.street.cars))
        car.ref.stop(block=False)
        self.street.dispatcher.run_until_idle()
        self.street.cars.remove(car)
        self.settle()

    @rule(seconds=st.sampled_from([0.1, 1.0, 29.0, 60.0, 3600.0]))
    def pass_time(self, seconds):
        self.street.advance(seconds)
        self.settle()

    @rule(seconds=st.sampled_from([-7200.0, -50.0, 50.0, 7200.0]))
    def jump(self, seconds):
        """The wall clock is set, or the host slept; it is noticed within a minute."""
        self.street.skew += seconds
        self.street.advance(60.0)
        self.settle()

    # --- what always holds ---

    @invariant()
    def one_tries_at_a_time(self):
        for account in self.until:
            assert len(self.at(account, "trying")) <= 1

    @invariant()
    def nobody_is_forgotten(self):
        for account, until in self.until.items():
            able = [car for car in self.at(account, "parked") if car.wants]
            if able and self.street.now() >= until + ROUNDING:
                assert self.at(account, "trying"), f"{able} could try, and nobody does"

    def teardown(self):
        self.street.close()


TestMachine = Machine.TestCase
