"""A simulated ``claude``: an executable that speaks stream-json from a scenario.

:class:`Simulator` installs it; the other modules are the program itself. They start without
site-packages and import as little as they can, because each test process pays for it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenroom.testing.simulator.install import Simulator
    from greenroom.testing.simulator.record import LaunchRecord

__all__ = ["LaunchRecord", "Simulator"]

_HOMES = {"LaunchRecord": "record", "Simulator": "install"}


def __getattr__(name: str) -> Any:
    """Import what the test side needs only there."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the program does not need it

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
