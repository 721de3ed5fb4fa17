"""The parking lot, driven at random beside a model of its rules, with toys for sessions."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from greenroom.session.parking import Inconclusive, Wants, Worked
from tests.recovery.street import DAY, Street

ACCOUNTS = st.sampled_from([1, 2, None])
ROUNDING = 1e-3
"""Unix times are floats of some ten digits before the point."""

SPANS = st.sampled_from([None, -5.0, 0.0, 0.5, 30.0, 90.0, 4000.0, 1e7])
PAUSES = [60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0]


class Even(Random):
    """No jitter."""

    def random(self):
        return 0.0


class Line:
    """The model's account: when those may try who do not know their time, and what failed."""

    pause, tries = 0.0, 0


class Machine(RuleBasedStateMachine):
    """Sessions do what they can do; the model knows who may try."""

    def __init__(self):
        super().__init__()
        self.street = Street(Even())
        self.lines = {}  # of each account that somebody waits for
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

    def due(self, car):
        return self.lines[car.account].pause if car.limit is None else car.limit

    def enter(self, car, account, span, wants):
        """The model's part of parking; the lot has heard it already."""
        key, now = self.key(car, account), self.street.now()
        tried = car.state == "trying" and car.account == key
        line = self.lines.setdefault(key, Line())
        closes = tried or (not self.at(key, "trying") and now >= line.pause)
        if closes:
            line.tries += 1
            line.pause = now + PAUSES[min(line.tries, len(PAUSES)) - 1]
            for other in self.at(key, "parked"):
                if other.limit is not None and other.limit <= now:
                    other.limit = None
        car.state, car.account, car.wants, car.limit = "parked", key, wants, None
        if span is not None and (span > 0 or (closes and line.tries == 1)):
            car.limit = min(now + max(span, 1.0), now + 8 * DAY)
        assert car.until == self.due(car)
        self.settle()

    def settle(self):
        """Take note of who was permitted what, and check that it had to be so."""
        for car in self.street.cars:
            permitted, car.permitted = car.permitted, []
            for trial in permitted:
                assert self.street.now() >= self.due(car), f"{car} knew better"
                if trial:
                    assert car.state == "parked", f"{car} was permitted something"
                    assert car.wants, f"{car} has nothing to try with"
                    car.state = "trying"
                else:
                    assert car.state != "free", f"{car} was permitted something"
                    assert car.account == self.released_by, f"{car} was released by nobody"
                    car.state = "free"
        for account in list(self.lines):
            if not self.at(account, "parked", "trying"):
                del self.lines[account]
        self.released_by = None

    def release(self, car):
        """A session was served."""
        line, now = self.lines[car.account], self.street.now()
        self.street.tell(Worked(car.ref))
        self.released_by, car.state = car.account, "free"
        line.tries, line.pause = 0, min(line.pause, now)
        others = [o for o in self.at(car.account, "parked", "trying") if now >= self.due(o)]
        self.settle()
        assert all(other.state == "free" for other in others), "somebody was forgotten"

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
        self.release(self.pick(data, "trying"))

    @precondition(lambda self: self.of("parked"))
    @rule(data=st.data())
    def work_all_the_same(self, data):
        """Somebody else let it go on."""
        self.release(self.pick(data, "parked"))

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

    @rule(seconds=st.sampled_from([-7200.0, -50.0, 50.0, 7200.0, 700_000.0]))
    def jump(self, seconds):
        """The wall clock is set, or the host slept; it is noticed within a minute."""
        self.street.skew += seconds
        self.street.advance(60.0)
        self.settle()

    # --- what always holds ---

    @invariant()
    def one_tries_at_a_time(self):
        for account in self.lines:
            assert len(self.at(account, "trying")) <= 1

    @invariant()
    def nobody_is_forgotten(self):
        for account in self.lines:
            waiting = [car for car in self.at(account, "parked") if car.wants]
            able = [car for car in waiting if self.street.now() >= self.due(car) + ROUNDING]
            if able:
                assert self.at(account, "trying"), f"{able} could try, and nobody does"

    def teardown(self):
        self.street.close()


TestMachine = Machine.TestCase
