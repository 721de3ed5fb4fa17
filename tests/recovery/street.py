"""A parking lot in virtual time, with toys for sessions."""

from __future__ import annotations

from random import Random

from greenroom.runtime import Actor, ManualDispatcher, handles
from greenroom.session.messages import Permit
from greenroom.session.parking import Park, ParkedUntil
from greenroom.session.parking_lot import ParkingLot
from tests.recovery.virtual import EPOCH

DAY = 86_400.0


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
        limit: the reset that it knows of, as the model says.
        until: what it was told last.
        permitted: what it was permitted since the last look.
    """

    def __init__(self, dispatcher, name):
        self.name = name
        self.state, self.account, self.wants, self.until = "free", None, False, None
        self.limit, self.permitted = None, []
        self.ref = Toy.start(self, dispatcher=dispatcher)

    def __repr__(self):
        return f"<Car {self.name} {self.state}>"


class Street:
    """A lot, its cars, and the time."""

    def __init__(self, random=None):
        self.dispatcher = ManualDispatcher()
        self.skew = 0.0
        random = Random(0) if random is None else random
        self.lot = ParkingLot.start(self.now, random, dispatcher=self.dispatcher)
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
