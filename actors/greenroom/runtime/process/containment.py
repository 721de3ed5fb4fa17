"""How much of what an agent starts can be ended with it."""

from __future__ import annotations

from enum import StrEnum

from greenroom.runtime.process.errors import ProcessError

__all__ = ["Containment", "ContainmentError", "WardenLost", "WardenUnavailable"]


class Containment(StrEnum):
    """A level of containment. In order of definition, weakest first; each includes those before.

    Levels compare by strength: ``system.containment >= Containment.WARDEN``.
    """

    GROUP = "group"
    """An agent is killed with its process group. What has left that (``setsid``, as agents do for
    every shell command) survives; so does everything when the host itself is killed."""

    SWEEP = "sweep"
    """Besides, processes that carry the agent's mark are looked for and killed when it has ended.
    When the host is killed, nobody looks."""

    WARDEN = "warden"
    """A helper process (Linux) is the parent of all agents and inherits what they leave behind: it
    ends all of it with the agent, and everything when the host is gone, however that came."""

    CGROUP = "cgroup"
    """Besides, each agent is in a control group of its own: the kernel itself keeps account."""

    def __lt__(self, other: str) -> bool:
        return _rank(self) < _rank(other)

    def __le__(self, other: str) -> bool:
        return _rank(self) <= _rank(other)

    def __gt__(self, other: str) -> bool:
        return _rank(self) > _rank(other)

    def __ge__(self, other: str) -> bool:
        return _rank(self) >= _rank(other)


def _rank(level: str) -> int:
    return list(Containment).index(Containment(level))


class ContainmentError(ProcessError):
    """The level of containment that was asked for cannot be had here; nothing was started.

    Attributes:
        required: what was asked for.
        available: the best there is.
    """

    def __init__(
        self,
        message: str,
        *,
        required: Containment = Containment.WARDEN,
        available: Containment = Containment.GROUP,
    ) -> None:
        super().__init__(message)
        self.required = required
        self.available = available


class WardenUnavailable(ProcessError):
    """A warden cannot do its work on this system."""


class WardenLost(ProcessError):
    """The warden ended before its host; what it watched over was killed."""
