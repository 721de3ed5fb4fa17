"""The seam between ways to start a process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from greenroom.runtime.process.containment import Containment
    from greenroom.runtime.process.leader import Leader
    from greenroom.runtime.process.spec import SpawnSpec

__all__ = ["Launcher"]


class Launcher(Protocol):
    """Starts processes, one way or another. Thread-safe."""

    @property
    def containment(self) -> Containment:
        """How much of what a process starts ends with it; may weaken when a start shows that."""

    def start(self) -> None:
        """Get ready, so that `containment` is certain. Blocks.

        Raises:
            OSError: not now.
            WardenUnavailable: not here.
        """

    def launch(self, spec: SpawnSpec) -> Leader:
        """Start `spec` and return it; it runs the program by then. Blocks.

        Raises:
            SpawnError: it could not be started, and nothing is left of the attempt.
        """

    def close(self) -> None:
        """Give back what starting took, once all processes have ended; bounded, idempotent."""

    def disown(self) -> None:
        """Close what a forked copy of the host must not hold."""
