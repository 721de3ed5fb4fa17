"""Sessions that talk to a simulated CLI."""

from __future__ import annotations

import pytest

from greenroom.testing import Scenario
from tests.patience import QUICK


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
