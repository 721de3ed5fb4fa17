"""Sessions that talk to a simulated CLI."""

from __future__ import annotations

import time

import pytest

from greenroom import Deadlines, System
from greenroom.runtime.process import StopLadder
from greenroom.testing import Scenario

QUICK = Deadlines(start=10, first_event=10, silence=10, interrupt=2)
LADDER = StopLadder(eof_grace=1.0, term_grace=0.5, kill_grace=1.0, drain=0.2)


@pytest.fixture(name="system")
def _system():
    with System(configuration={}, ladder=LADDER) as system:
        yield system


@pytest.fixture(name="play")
def _play(simulator, system, tmp_path):
    """A function that opens a session with a simulated CLI: ``play(*scenarios, **options)``."""

    def play(*scenarios, deadlines=QUICK, parallel=False, max_parallel=None, warm=False, **options):
        installed = simulator(
            *(one if isinstance(one, Scenario) else turns(one) for one in scenarios)
        )
        session = system.session(
            executable=installed.path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            deadlines=deadlines,
            parallel=parallel,
            max_parallel=max_parallel,
            warm=warm,
            **options,
        )
        session.simulator = installed
        return session

    return play


def turns(steps):
    """A scenario that plays these steps for every prompt."""
    return Scenario(turns=[steps])


def eventually(condition, seconds=5.0):
    """Wait until a condition holds; say what it was when it does not."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)
    return value


pytest.eventually = eventually
