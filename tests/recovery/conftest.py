"""Sessions that lose their processes: in virtual time, and with a simulated CLI."""

from __future__ import annotations

import pytest

from greenroom.session.events import ConversationReset, ProcessStarted, SessionEvent
from greenroom.testing import Scenario
from tests.patience import QUICK
from tests.recovery.virtual import Host, Listener


@pytest.fixture(name="host")
def _host():
    """A host of sessions in virtual time: ``host.session(recovery=…)``."""
    host = Host()
    yield host
    host.close()


@pytest.fixture(name="heard")
def _heard(system):
    """The events of the sessions of the system, as they come."""
    heard = []
    listener = Listener.start(heard, dispatcher=system.dispatcher)
    system.events.subscribe(listener, SessionEvent)
    yield heard
    listener.stop()


@pytest.fixture(name="play")
def _play(simulator, system, tmp_path):
    """A function that opens a session with simulated CLIs: ``play(*scenarios, **arguments)``."""

    def play(*scenarios, deadlines=QUICK, **arguments):
        installed = simulator(
            *(one if isinstance(one, Scenario) else Scenario(turns=[one]) for one in scenarios)
        )
        session = system.session(
            executable=installed.path,
            cwd=tmp_path,
            **{"api_key": "not-a-real-key", "deadlines": deadlines, **arguments},
        )
        session.simulator = installed
        return session

    return play


@pytest.fixture(name="resets")
def _resets(heard):
    """A function that lists how the ladder was climbed."""
    return lambda: [
        (event.impasse, event.rung) for event in heard if type(event) is ConversationReset
    ]


@pytest.fixture(name="rungs")
def _rungs(heard):
    """A function that lists how each process began."""
    return lambda: [event.rung for event in heard if type(event) is ProcessStarted]
