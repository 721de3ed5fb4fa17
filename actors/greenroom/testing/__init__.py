"""A test kit for code that talks to coding agents: no account, no network, no cost.

- :class:`Simulator` is an executable that plays the CLI from a :class:`Scenario`, faults included;
  :data:`FAULTS` has a ready-made one for each way to go wrong.
- :class:`FakeAnthropic` is the Messages API on loopback; the real CLI runs against it offline.
- :class:`Ledger` finds what a test left behind.
- :mod:`greenroom.testing.factories` makes frames, :mod:`greenroom.testing.scenario` has every step.

The fixtures of :mod:`greenroom.testing.plugin` are there as soon as greenroom is installed. Names
are imported when they are first used: the package costs a test run nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenroom.testing.fake_anthropic import FakeAnthropic
    from greenroom.testing.ledger import Leak, LeakError, Ledger
    from greenroom.testing.scenario import Reply, Scenario, Turn
    from greenroom.testing.scenario.catalogue import FAULTS
    from greenroom.testing.simulator.install import Simulator
    from greenroom.testing.simulator.record import LaunchRecord

__all__ = [
    "FAULTS",
    "FakeAnthropic",
    "LaunchRecord",
    "Leak",
    "LeakError",
    "Ledger",
    "Reply",
    "Scenario",
    "Simulator",
    "Turn",
]

_HOMES = {
    "FAULTS": "scenario.catalogue",
    "FakeAnthropic": "fake_anthropic",
    "LaunchRecord": "simulator.record",
    "Leak": "ledger",
    "LeakError": "ledger",
    "Ledger": "ledger",
    "Reply": "scenario",
    "Scenario": "scenario",
    "Simulator": "simulator.install",
    "Turn": "scenario",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - pytest loads this package in every run

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
