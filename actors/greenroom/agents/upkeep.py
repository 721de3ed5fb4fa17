"""How an agent is kept up: when its process is started, replaced, examined, killed, given up."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import msgspec

__all__ = ["DEFAULT_UPKEEP", "Upkeep"]


class Upkeep(msgspec.Struct, frozen=True, kw_only=True):
    """The upkeep of one agent. All times are seconds, all sizes bytes.

    A process is *replaced* between two turns, never during one: the next process goes on with the
    conversation, and whoever asks notices nothing.

    Attributes:
        warm: start the process with the agent; else its first turn does.
        idle_seconds: end the process when no turn was asked for that long; the next one starts
            another. None: never.
        recycle_turns: replace the process after so many turns, or one more where turns wait. None:
            never.
        recycle_seconds: replace it after that long. None: never.
        recycle_memory: replace it when it and all below it hold more memory. None: never.
        recycle_binary: replace it when the CLI's binary on disk is another.
        memory_limit: kill it, and with it the turn that runs, when it and all below it hold more.
            None: never.
        memory_interval: time between two looks at the memory.
        health_interval: time between two looks at whether an idle process answers. None: nobody
            looks.
        health_seconds: how long it may take to answer; one that does not is replaced.
        intensity: how many processes may be lost within `period`; at one more the agent is given
            up. A turn that completes does away with all losses before it.
        period: see `intensity`.
        fresh: begin a new conversation where the last one cannot be resumed; else the agent is
            given up there.

    Raises:
        TypeError: a value is of another kind than it must be.
        ValueError: a number is out of its range, or two contradict each other.
    """

    warm: bool = True
    idle_seconds: float | None = None
    recycle_turns: int | None = None
    recycle_seconds: float | None = None
    recycle_memory: int | None = None
    recycle_binary: bool = True
    memory_limit: int | None = None
    memory_interval: float = 10.0
    health_interval: float | None = 60.0
    health_seconds: float = 10.0
    intensity: int = 5
    period: float = 3600.0
    fresh: bool = True

    def __post_init__(self) -> None:
        for name, rule in _RULES.items():
            rule.check(name, getattr(self, name))
        soft, hard = self.recycle_memory, self.memory_limit
        if soft is not None and hard is not None and soft >= hard:
            raise ValueError(
                f"upkeep 'recycle_memory' must be below 'memory_limit', not {soft!r} beside "
                f"{hard!r}: the process would be killed before it could be replaced"
            )

    @property
    def watches_memory(self) -> bool:
        """Whether somebody has to look at the memory, which needs the extra ``monitor``."""
        return self.recycle_memory is not None or self.memory_limit is not None


class _Rule(NamedTuple):
    kinds: tuple[type, ...]
    words: str
    least: float = -math.inf
    above: float = -math.inf
    optional: bool = False

    def check(self, name: str, value: object) -> None:
        """Raise unless `value` may be that of `name`."""
        if value is None and self.optional:
            return
        known = isinstance(value, self.kinds)
        if not known or (isinstance(value, bool) and bool not in self.kinds):
            raise TypeError(self._text(name, value))
        if isinstance(value, (int, float)) and not self._holds(value):
            raise ValueError(self._text(name, value))

    def _holds(self, value: float) -> bool:
        return value >= self.least and value > self.above and value < math.inf

    def _text(self, name: str, value: object) -> str:
        or_none = ", or None" if self.optional else ""
        return f"upkeep {name!r} must be {self.words}{or_none}, not {value!r:.100}"


_SWITCH: Final = _Rule((bool,), "True or False")
_SECONDS: Final = _Rule((int, float), "a positive number of seconds", above=0)
_PERHAPS_SECONDS: Final = _SECONDS._replace(optional=True)
_PERHAPS_BYTES: Final = _Rule((int,), "a number of bytes, 1 or more", least=1, optional=True)

_RULES: Final = {
    "warm": _SWITCH,
    "idle_seconds": _PERHAPS_SECONDS,
    "recycle_turns": _Rule((int,), "a number of turns, 1 or more", least=1, optional=True),
    "recycle_seconds": _PERHAPS_SECONDS,
    "recycle_memory": _PERHAPS_BYTES,
    "recycle_binary": _SWITCH,
    "memory_limit": _PERHAPS_BYTES,
    "memory_interval": _SECONDS,
    "health_interval": _PERHAPS_SECONDS,
    "health_seconds": _SECONDS,
    "intensity": _Rule((int,), "a number of losses, 0 or more", least=0),
    "period": _SECONDS,
    "fresh": _SWITCH,
}

DEFAULT_UPKEEP = Upkeep()
"""What agents get that say nothing about it."""
