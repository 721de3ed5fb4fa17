"""Starts processes in the best containment that the system offers, or in none that is too weak."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, final

from greenroom.runtime.log import report_warning
from greenroom.runtime.process.broom import choose_brooms
from greenroom.runtime.process.containment import (
    Containment,
    ContainmentError,
    WardenUnavailable,
)
from greenroom.runtime.process.direct_launcher import DirectLauncher
from greenroom.runtime.process.spawn_error import SpawnError

if sys.platform == "linux":
    from greenroom.runtime.process.warden_launcher import WardenLauncher

if TYPE_CHECKING:
    from greenroom.runtime.process.launcher import Launcher
    from greenroom.runtime.process.leader import Leader
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["BestLauncher"]


@final
class BestLauncher:
    """A `Launcher` that uses a warden where one can run, and else does what it can.

    Args:
        required: the weakest containment that will do. If one is given, what can be had is found
            out now, which starts the warden; else with the first process.

    Raises:
        ContainmentError: there is no such containment here.
    """

    def __init__(self, required: Containment | None = None) -> None:
        self._lock = threading.Lock()
        self._required = required
        self._launcher = _first_choice()
        if required is not None:
            self._settle(required)

    @property
    def containment(self) -> Containment:
        """See `Launcher`."""
        return self._launcher.containment

    def start(self) -> None:
        """See `Launcher`. Never finds it impossible: it weakens instead."""
        launcher = self._launcher
        try:
            launcher.start()
        except WardenUnavailable as error:
            self._replace(launcher, error)

    def launch(self, spec: SpawnSpec) -> Leader:
        """See `Launcher`. What was required holds for every single process."""
        launcher = self._launcher
        try:
            leader = launcher.launch(spec)
        except WardenUnavailable as error:
            self._require(Containment.SWEEP, spec)
            self._replace(launcher, error)
            leader = self._launcher.launch(spec)
        if not self._suffices(leader.containment):
            leader.destroy()
            self._require(leader.containment, spec)
        return leader

    def close(self) -> None:
        """See `Launcher`."""
        self._launcher.close()

    def disown(self) -> None:
        """See `Launcher`."""
        self._launcher.disown()

    def _settle(self, required: Containment) -> None:
        reason = ""
        try:
            self._launcher.start()
        except (OSError, WardenUnavailable) as error:
            reason = f": {error}"
            self._launcher = _without_warden()
        available = self._launcher.containment
        if available < required:
            self._launcher.close()
            raise ContainmentError(
                f"containment {required.value!r} is required, and this system offers "
                f"{available.value!r} at best{reason}",
                required=required,
                available=available,
            )

    def _suffices(self, available: Containment) -> bool:
        return self._required is None or available >= self._required

    def _require(self, available: Containment, spec: SpawnSpec) -> None:
        if not self._suffices(available):
            raise SpawnError(
                f"cannot start {spec.argv[0]!r}: containment {str(self._required)!r} is required, "
                f"and the system offers no more than {available.value!r} by now",
                executable=spec.argv[0],
            )

    def _replace(self, failed: Launcher, error: WardenUnavailable) -> None:
        with self._lock:
            if self._launcher is failed:
                self._launcher = _without_warden()
                level = self._launcher.containment.value
                report_warning(__name__, "containment_weakened", to=level, error=str(error))


def _first_choice() -> Launcher:
    if sys.platform == "linux":
        return WardenLauncher()
    else:  # noqa: RET505 - type checkers skip a branch of another platform, not what follows it
        return _without_warden()


def _without_warden() -> Launcher:
    return DirectLauncher(brooms=choose_brooms())
